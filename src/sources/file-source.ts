import { close, read } from 'node:fs';
import type { Batch, Source } from './source.ts';
import { SourceError } from './source.ts';

/** Large enough that the trip to the thread pool (about 20 us) is small beside the copy. */
const READ_BYTES = 256 * 1024;

/**
 * Regular files and devices that are no terminal, read through the thread pool: a slow disk never stops
 * the event loop. Reads one batch ahead while the last one is redacted.
 */
export class FileSource implements Source {
  readonly name: string;
  readonly #fd: number;
  readonly #buffers = [Buffer.allocUnsafeSlow(READ_BYTES), Buffer.allocUnsafeSlow(READ_BYTES)];
  #next = 0;
  #ahead: Promise<Batch | null> | null = null;
  #reading = false;
  #closed = false;

  constructor(fd: number, name: string) {
    this.#fd = fd;
    this.name = name;
  }

  async read(): Promise<Batch | null> {
    const batch = await (this.#ahead ?? this.#fetch());
    this.#ahead = null;
    if (this.#closed || batch === null) return null;
    this.#ahead = this.#fetch();
    this.#ahead.catch(() => {});
    return batch;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    if (!this.#reading) this.#shut();
  }

  #fetch(): Promise<Batch | null> {
    const buffer = this.#buffers[this.#next++ % 2]!;
    this.#reading = true;
    return new Promise((done, fail) => {
      read(this.#fd, buffer, 0, buffer.length, null, (error, size) => {
        this.#reading = false;
        if (this.#closed) this.#shut();
        if (error !== null) fail(new SourceError(this.name, error.code ?? 'unknown'));
        else done(size === 0 ? null : { bytes: buffer.subarray(0, size), ack: () => {} });
      });
    });
  }

  /** Descriptor 0 stays: another thread of the program may not get its number. */
  #shut(): void {
    if (this.#fd > 2) close(this.#fd, () => {});
  }
}
