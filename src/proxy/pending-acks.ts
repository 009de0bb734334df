import type { Socket } from 'node:net';
import type { Asked } from '../formats/forward.ts';
import { pack } from '../formats/msgpack.ts';

/** Messages that may wait for upstream's ack at once: while so many do, nothing more is read from the client. */
const MAX_WAITING = 1024;
const ACK_MAP = Buffer.concat([Buffer.from([0x81]), pack('ack')]);

/** The messages of one client that upstream has not acknowledged: it hears of each once upstream has, and not before. */
export class PendingAcks {
  readonly #client: Socket;
  readonly #timeoutMs: number;
  readonly #late: () => void;
  readonly #waiting: { readonly asked: Asked; readonly sinceMs: number }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #wake: (() => void)[] = [];

  /** @param late is called when upstream has owed an ack for `timeoutMs` */
  constructor(client: Socket, timeoutMs: number, late: () => void) {
    this.#client = client;
    this.#timeoutMs = timeoutMs;
    this.#late = late;
  }

  get length(): number {
    return this.#waiting.length;
  }

  add(asked: readonly Asked[]): void {
    const sinceMs = performance.now();
    for (const one of asked) this.#waiting.push({ asked: one, sinceMs });
    if (this.#timer === undefined) this.#arm();
  }

  /** Upstream has acknowledged the message that it knows by `sent`. @returns false when none of that name waits */
  settle(sent: Uint8Array): boolean {
    const at = this.#waiting.findIndex(({ asked }) => Buffer.compare(asked.sent, sent) === 0);
    if (at === -1) return false;
    const { asked } = this.#waiting[at]!;
    this.#waiting.splice(at, 1);
    this.#client.write(Buffer.concat([ACK_MAP, asked.chunk]));
    this.#arm();
    this.#wakeAll();
    return true;
  }

  /** Settles when fewer than `count` wait, or when the connection is given up. */
  async fewerThan(count = MAX_WAITING): Promise<void> {
    while (this.#waiting.length >= count && !this.#client.destroyed)
      await new Promise<void>((done) => this.#wake.push(done));
  }

  /** Nobody waits any more. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
    this.#wakeAll();
  }

  #wakeAll(): void {
    for (const done of this.#wake.splice(0)) done();
  }

  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [oldest] = this.#waiting;
    if (oldest === undefined) return;
    this.#timer = setTimeout(this.#late, oldest.sinceMs + this.#timeoutMs - performance.now());
  }
}
