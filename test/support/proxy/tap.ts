import { createServer, type Socket } from 'node:net';
import { SocketListener } from '../upstreams/socket-listener.ts';
import type { Closing } from './program.ts';

/** A server that keeps every byte that came, and says what it is told to. */
export class Tap {
  readonly #parts: Buffer[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #listener = new SocketListener(
    createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('data', (bytes) => this.#parts.push(bytes));
      socket.on('close', () => this.#sockets.delete(socket));
    }),
  );

  static async start(closing: Closing): Promise<Tap> {
    const tap = new Tap();
    await tap.#listener.up();
    closing.push(() => tap.#listener.down());
    return tap;
  }

  get port(): number {
    return this.#listener.port;
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  /** Writes to every connection that stands. */
  answer(...parts: readonly (string | Uint8Array)[]): void {
    for (const socket of this.#sockets) for (const part of parts) socket.write(part);
  }

  /** Connections that stand. */
  get connections(): number {
    return this.#sockets.size;
  }
}
