import type { Socket } from 'node:net';
import type { RoutePlan, UpstreamPlan } from '../config/plan.ts';
import { BodyError } from '../formats/body.ts';
import { memberOf, payloadOf } from '../formats/msgpack.ts';
import { StartError } from '../observe/start-error.ts';
import { SILENT, within } from '../pipeline/silence.ts';
import { drained } from './drained.ts';
import { beginsWith, ForwardTrouble, joinUpstream } from './forward-handshake.ts';
import { upstreamKeys } from './forward-keys.ts';
import { ObjectReader } from './object-reader.ts';
import { endSocket, openSocket } from './upstream-socket.ts';

/** What upstream does while a connection lives. */
export interface UpstreamEvents {
  /** It acknowledged the message of that name. */
  ack(chunk: Uint8Array): void;
  /** Nothing more can be sent; called once. */
  gone(why: string): void;
}

/** One connection to a Forward upstream, behind the handshake; it is not made again when it breaks. */
export class ForwardUpstream {
  readonly #socket: Socket;
  readonly #timeoutMs: number;
  #closed = false;

  private constructor(socket: Socket, timeoutMs: number) {
    this.#socket = socket;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * A connection to the first upstream that takes it.
   * @param timeoutMs an upstream that is silent for longer is given up
   * @throws ForwardTrouble
   */
  static async open(route: RoutePlan, timeoutMs: number, events: UpstreamEvents): Promise<ForwardUpstream> {
    let why: unknown = null;
    for (const upstream of route.upstreams) {
      try {
        const { socket, reader } = await join(upstream, route, timeoutMs);
        const made = new ForwardUpstream(socket, timeoutMs);
        void made.#listen(reader, events);
        return made;
      } catch (error) {
        why = error;
      }
    }
    throw why;
  }

  /** Settles when the connection has taken the bytes. @throws ForwardTrouble when it does not */
  async write(bytes: Uint8Array): Promise<void> {
    const taken = this.#socket.writable && (this.#socket.write(bytes) || (await this.#drained()));
    if (!taken)
      throw new ForwardTrouble('busy', `upstream took nothing for ${this.#timeoutMs} ms, or is gone`);
  }

  async #drained(): Promise<boolean> {
    return (
      (await within(drained(this.#socket), this.#timeoutMs, () => {})) !== SILENT && this.#socket.writable
    );
  }

  /** Lets what was written go out, for `limitMs` at most. */
  async close(limitMs: number): Promise<void> {
    this.#closed = true;
    await endSocket(this.#socket, limitMs);
  }

  async #listen(reader: ObjectReader, { ack, gone }: UpstreamEvents): Promise<void> {
    let why = 'upstream closed the connection';
    try {
      for (let object = await reader.next(); object !== null; object = await reader.next())
        ack(chunkIn(object));
    } catch (error) {
      why = error instanceof ForwardTrouble ? error.message : why;
      if (error instanceof BodyError) why = 'upstream answered what is no MessagePack';
    }
    if (!this.#closed) gone(why);
  }
}

async function join(
  upstream: UpstreamPlan,
  route: RoutePlan,
  timeoutMs: number,
): Promise<{ socket: Socket; reader: ObjectReader }> {
  const keys = reading(() => upstreamKeys(route));
  const socket = await openSocket(upstream, route).catch(unreadable);
  if (socket === null) throw new ForwardTrouble('busy', 'upstream cannot be reached');
  const reader = new ObjectReader(socket);
  if (keys === null) return { socket, reader };
  const late = setTimeout(() => socket.destroy(), timeoutMs);
  try {
    await joinUpstream(reader, socket, keys);
  } catch (error) {
    socket.destroy();
    if (error instanceof ForwardTrouble) throw error;
    throw new ForwardTrouble('busy', `upstream finished no handshake (limit: ${timeoutMs} ms)`);
  } finally {
    clearTimeout(late);
  }
  return { socket, reader };
}

/** The name in `{"ack": NAME}`. @throws ForwardTrouble, BodyError */
function chunkIn(object: Uint8Array): Uint8Array {
  const value = memberOf(object, 0, 'ack');
  const chunk = value === null ? null : payloadOf(object, value);
  if (chunk !== null) return chunk;
  if (beginsWith(object, 'HELO'))
    throw new ForwardTrouble(
      'busy',
      'upstream asks for a shared key; name it: upstream-shared-key-file=FILE',
    );
  throw new ForwardTrouble('busy', 'upstream answered what is no ack');
}

/** A file of the route that cannot be used now is trouble of ours, which the client waits out. */
export function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    return unreadable(error);
  }
}

function unreadable(error: unknown): never {
  if (error instanceof StartError) throw new ForwardTrouble('busy', error.message);
  throw error;
}
