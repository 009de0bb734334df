import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A listener on 127.0.0.1 that can go down and come up again on the port it first got. */
export class SocketListener {
  port = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      // A peer may vanish at any time; what it had sent is what counts.
      socket.on('error', () => {});
    });
  }

  async up(): Promise<void> {
    if (this.#server.listening) return;
    this.#server.listen(this.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async down(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}
