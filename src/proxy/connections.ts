import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';

/**
 * The connections of a listener, as far as its own server does not know them: Node's HTTP server takes one
 * that has sent nothing yet for busy, and a TLS server forgets those that are not through their handshake.
 */
export class Connections {
  readonly #all = new Set<Socket>();
  readonly #unused = new Set<Socket>();

  /** @param opened the event of a connection that may be used */
  constructor(server: EventEmitter, opened: 'connection' | 'secureConnection' = 'connection') {
    const hold = (held: Set<Socket>) => (socket: Socket) => {
      held.add(socket);
      socket.once('close', () => held.delete(socket));
    };
    server.on('connection', hold(this.#all));
    server.on(opened, hold(this.#unused));
  }

  used(socket: Socket): void {
    this.#unused.delete(socket);
  }

  closeUnused(): void {
    for (const socket of this.#unused) socket.destroy();
  }

  closeAll(): void {
    for (const socket of this.#all) socket.destroy();
  }
}
