import { write, writeSync } from 'node:fs';
import { type Sink, SinkError, type SinkTrouble } from './sink.ts';

/** First and longest wait between two tries; doubled in between. */
const RETRY_MS = { first: 50, longest: 5_000 };
/** A terminal that somebody made non-blocking is tried again soon and without a word. */
const BUSY_MS = 5;

const FULL = new Set(['ENOSPC', 'EDQUOT']);
const BUSY = new Set(['EAGAIN', 'EINTR', 'EBUSY']);

/**
 * Files, terminals and devices, written through the thread pool: neither a slow disk nor a stopped
 * terminal stops the event loop. A full file system is waited for; the caller does not read meanwhile,
 * so the pressure goes to the source.
 */
export class FileSink implements Sink {
  readonly name: string;
  readonly #fd: number;
  /** The trip to the thread pool (100 us and more on a busy machine) is saved. */
  readonly #prompt: boolean;
  readonly #report: (trouble: SinkTrouble) => void;
  /** Writers that share the sink take turns. */
  #turn: Promise<void> = Promise.resolve();
  #error: SinkError | null = null;
  #wake: (() => void) | null = null;
  #givenUp = false;

  /** @param prompt a write to the descriptor never waits */
  constructor(fd: number, name: string, report: (trouble: SinkTrouble) => void, prompt = false) {
    this.#fd = fd;
    this.#prompt = prompt;
    this.name = name;
    this.#report = report;
  }

  write(bytes: Uint8Array): Promise<void> {
    const mine = this.#turn.then(() => this.#writeAll(bytes));
    this.#turn = mine.catch(() => {});
    return mine;
  }

  giveUp(): void {
    this.#givenUp = true;
    this.#wake?.();
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    let at = 0;
    let wait = 0;
    let full = '';
    while (at < bytes.length) {
      if (this.#error !== null) throw this.#error;
      const result = await this.#writeSome(bytes, at);
      if (typeof result === 'number') {
        at += result;
        if (full !== '') this.#say(full, bytes.length - at, 0);
        full = '';
        wait = 0;
        continue;
      }
      if (this.#givenUp) this.#stop('E_SINK_GIVEN_UP', result);
      if (BUSY.has(result)) await this.#sleep(BUSY_MS);
      else if (FULL.has(result)) {
        full = result;
        wait = Math.min(wait === 0 ? RETRY_MS.first : wait * 2, RETRY_MS.longest);
        this.#say(full, bytes.length - at, wait);
        await this.#sleep(wait);
      } else if (result === 'EPIPE') this.#stop('E_SINK_CLOSED', result);
      else this.#stop('E_SINK_FAILED', result);
    }
  }

  /** Bytes written, or the system's word for why not. */
  #writeSome(bytes: Uint8Array, at: number): Promise<number | string> | number | string {
    if (this.#prompt) return this.#writeNow(bytes, at);
    return new Promise((done) => {
      write(this.#fd, bytes, at, bytes.length - at, null, (error, written) => {
        done(error === null ? written : (error.code ?? 'unknown'));
      });
    });
  }

  #writeNow(bytes: Uint8Array, at: number): number | string {
    try {
      return writeSync(this.#fd, bytes, at, bytes.length - at, null);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? 'unknown';
    }
  }

  #say(errno: string, waiting: number, retryMs: number): void {
    this.#report({ sink: this.name, errno, waiting, retryMs });
  }

  #stop(code: SinkError['code'], errno: string): never {
    this.#error = new SinkError(code, this.name, errno);
    throw this.#error;
  }

  #sleep(ms: number): Promise<void> {
    if (this.#givenUp) return Promise.resolve();
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.#wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}
