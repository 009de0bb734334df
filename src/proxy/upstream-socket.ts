import { connect, isIP, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import type { RoutePlan, UpstreamPlan } from '../config/plan.ts';
import { StartError } from '../observe/start-error.ts';
import { drained } from './drained.ts';
import { upstreamTls } from './tls-files.ts';
import { CONNECT_MS } from './upstreams.ts';

/** Waits between attempts, doubled up to the longest. */
const FIRST_WAIT_MS = 200;
const LONGEST_WAIT_MS = 5_000;

/**
 * A connection to the first upstream that answers. It is made again when it breaks; bytes are never given
 * to a connection that is known to be gone, and `write` waits until there is one.
 */
export class UpstreamSocket {
  readonly #route: RoutePlan;
  #socket: Socket | null = null;
  #closed = false;

  constructor(route: RoutePlan) {
    this.#route = route;
  }

  /** Settles when the bytes were taken by the connection; rejects only once `close` was called. */
  async write(bytes: Uint8Array): Promise<void> {
    if (bytes.length === 0) return;
    const socket = await this.#connected();
    if (!socket.write(bytes)) await drained(socket);
  }

  /** Lets what was written go out, for `limitMs` at most. */
  async close(limitMs: number): Promise<void> {
    this.#closed = true;
    if (this.#socket !== null) await endSocket(this.#socket, limitMs);
  }

  async #connected(): Promise<Socket> {
    for (let wait = FIRST_WAIT_MS; ; wait = Math.min(LONGEST_WAIT_MS, wait * 2)) {
      if (this.#socket?.writable) return this.#socket;
      for (const upstream of this.#route.upstreams) {
        if (this.#closed) throw new Error('closed before upstream could be reached');
        this.#socket = await openSocket(upstream, this.#route).catch(notNow);
        // These protocols answer nothing that a client needs.
        if (this.#socket !== null) return this.#socket.resume();
      }
      await pause(wait);
    }
  }
}

/** Lets what was written go out, for `limitMs` at most. */
export async function endSocket(socket: Socket, limitMs: number): Promise<void> {
  if (socket.destroyed) return;
  const gone = new Promise<void>((done) => socket.once('close', () => done()));
  socket.end();
  const late = setTimeout(() => socket.destroy(), limitMs);
  await gone;
  clearTimeout(late);
}

/** A connection; null when there is none to be had. Nobody reads from it yet. @throws StartError E_ROUTE_FILE */
export function openSocket({ scheme, host, port }: UpstreamPlan, route: RoutePlan): Promise<Socket | null> {
  return new Promise((done) => {
    const name = isIP(host) === 0 ? { servername: host } : {};
    const socket =
      scheme === 'tls' ? connectTls({ host, port, ...name, ...upstreamTls(route) }) : connect({ host, port });
    const late = setTimeout(() => socket.destroy(), CONNECT_MS);
    const settle = (made: Socket | null): void => {
      clearTimeout(late);
      done(made);
    };
    socket.setNoDelay(true);
    socket.on('error', () => settle(null));
    socket.once('close', () => settle(null));
    socket.once(scheme === 'tls' ? 'secureConnect' : 'connect', () => settle(socket));
  });
}

/** Files that cannot be used now, as amid a rotation, are read again for the next attempt. */
function notNow(error: unknown): null {
  if (error instanceof StartError) return null;
  throw error;
}
