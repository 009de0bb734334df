import type { Server, Socket } from 'node:net';
import type { TroubleLog } from './trouble-log.ts';

/** One limit of connections over all listeners. One more is closed at once, with nothing read of it: shippers try again. */
export class ConnectionLimit {
  readonly #max: number;
  /** Connections of each listener. */
  readonly #open = new Map<Server, number>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Counts the connections of `server` from now on. */
  watch(server: Server, log: TroubleLog): void {
    this.#add(server, 0);
    server.on('connection', (socket: Socket) => {
      this.#add(server, 1);
      socket.once('close', () => this.#add(server, -1));
    });
    server.on('drop', () =>
      log.say(
        'busy',
        `${this.#max} connections stand (--max-connections, over all routes); one more was closed`,
      ),
    );
    server.once('close', () => {
      this.#open.delete(server);
      this.#share();
    });
  }

  #add(server: Server, more: number): void {
    this.#open.set(server, (this.#open.get(server) ?? 0) + more);
    this.#share();
  }

  /** Each listener may have what it has and all that is free. */
  #share(): void {
    let free = this.#max;
    for (const count of this.#open.values()) free -= count;
    // Node 20 takes 0 for no limit.
    for (const [server, count] of this.#open) server.maxConnections = count + free > 0 ? count + free : -1;
  }
}
