import type { Socket } from 'node:net';
import type { RoutePlan } from '../config/plan.ts';
import { BodyError } from '../formats/body.ts';
import { ForwardStream } from '../formats/forward.ts';
import { changesTaken } from '../pipeline/changes-taken.ts';
import { SILENT, within } from '../pipeline/silence.ts';
import { drained } from './drained.ts';
import { gzipPacker } from './encodings.ts';
import { admitClient, ForwardTrouble } from './forward-handshake.ts';
import { listenerKeys, upstreamKeys } from './forward-keys.ts';
import { ForwardUpstream, reading } from './forward-upstream.ts';
import { LiveBody } from './live-body.ts';
import { ObjectReader } from './object-reader.ts';
import { PendingAcks } from './pending-acks.ts';
import type { StartRoute, Surroundings } from './route.ts';
import { LAST_WORDS_MS, listenSockets, type SocketRelay } from './socket-listener.ts';
import { upstreamTls } from './tls-files.ts';
import type { Told, TroubleLog } from './trouble-log.ts';

/** A client that has not proved by then that it knows the shared key is let go. */
const HANDSHAKE_MS = 10_000;

/** Fluent Forward over TCP and TLS, with the handshake of its shared key on either side. */
export const startForward: StartRoute = (plan, surroundings) => {
  // Read for each connection: files rotate, and one that cannot be read fails that connection only.
  listenerKeys(plan);
  upstreamKeys(plan);
  upstreamTls(plan);
  return listenSockets(plan, surroundings, (client) => new Relay(client, plan, surroundings));
};

/**
 * One client's connection and the one to upstream that belongs to it: order is kept, and an ack is passed on,
 * never made. When one side goes, the other goes: what was not acknowledged the client sends again.
 */
class Relay implements SocketRelay {
  readonly #client: Socket;
  readonly #plan: RoutePlan;
  readonly #surroundings: Surroundings;
  readonly #acks: PendingAcks;
  #upstream: ForwardUpstream | null = null;
  #draining = false;
  /** Why the connection was given up, when it was. */
  #why: ForwardTrouble | null = null;
  #ended: Promise<void> = Promise.resolve();

  constructor(client: Socket, plan: RoutePlan, surroundings: Surroundings) {
    this.#client = client;
    this.#plan = plan;
    this.#surroundings = surroundings;
    const { upstreamTimeoutMs } = surroundings.limits;
    this.#acks = new PendingAcks(client, upstreamTimeoutMs, () =>
      this.#giveUp('busy', `upstream did not acknowledge within --upstream-timeout, ${upstreamTimeoutMs} ms`),
    );
    client.setNoDelay(true);
    client.on('error', () => client.destroy());
    client.on('close', () => this.#acks.stop());
  }

  run(log: TroubleLog): Promise<void> {
    this.#ended = this.#run(log);
    return this.#ended;
  }

  /** Ends once the client is silent and has its acks, and after `limitMs` in any case. */
  async drain(limitMs: number): Promise<void> {
    this.#draining = true;
    if ((await within(this.#ended, limitMs, () => {})) !== SILENT) return;
    this.#client.destroy();
    await this.#upstream?.close(0);
  }

  async #run(log: TroubleLog): Promise<void> {
    const { maxRecordBytes, limits } = this.#surroundings;
    const reader = new ObjectReader(this.#client);
    let stream: ForwardStream | null = null;
    let live: LiveBody | null = null;
    try {
      if (!(await this.#admit(reader))) return;
      live = await LiveBody.open('forward', this.#surroundings, (matcher) => {
        const { maxBodyBytes } = limits;
        stream = new ForwardStream(matcher, { maxRecordBytes, maxBodyBytes, gzip: gzipPacker(maxBodyBytes) });
        return stream;
      });
      await this.#pump(reader, live, stream!);
      await this.#acks.fewerThan(1);
      if (this.#why !== null) throw this.#why;
      live.end();
    } catch (error) {
      if (error instanceof ForwardTrouble) this.#why ??= error;
      this.#tell(log, error, (stream as ForwardStream | null)?.held ?? 0);
    } finally {
      live?.close();
      // What upstream has acknowledged the client still hears of.
      if (this.#why === null) await this.#acks.fewerThan(1);
      this.#acks.stop();
      this.#client.destroySoon();
      await this.#upstream?.close(limits.drainMs);
    }
  }

  #tell(log: TroubleLog, error: unknown, heldBytes: number): void {
    const told = this.#why ?? error;
    const closed = 'the connection was closed without an ack';
    if (told instanceof ForwardTrouble) log.say(told.trouble, `${told.message}; ${closed}`);
    else if (told instanceof BodyError) log.say(told.kind, `${told.message}; ${closed}`);
    // A heartbeat, or a client that has its acks, may leave as it likes.
    else if (heldBytes > 0 || this.#acks.length > 0 || !isOfSocket(told))
      log.say('busy', 'the connection ended before everything was passed on');
  }

  async #admit(reader: ObjectReader): Promise<boolean> {
    const keys = reading(() => listenerKeys(this.#plan));
    if (keys === null) return true;
    const late = setTimeout(
      () => this.#giveUp('refused', `a client finished no handshake within ${HANDSHAKE_MS} ms`),
      HANDSHAKE_MS,
    );
    try {
      return await admitClient(reader, this.#client, keys);
    } finally {
      clearTimeout(late);
    }
  }

  async #pump(reader: ObjectReader, live: LiveBody, stream: ForwardStream): Promise<void> {
    await this.#pass(reader.rest(), live, stream);
    let next = reader.chunks.next();
    for (;;) {
      const wait = this.#draining ? LAST_WORDS_MS : this.#surroundings.holdMs;
      const came = await within(next, wait, () => {});
      if (came === SILENT) {
        if (this.#draining && stream.held === 0) return;
        continue;
      }
      if (came.done === true) return;
      await this.#pass(came.value, live, stream);
      next = reader.chunks.next();
    }
  }

  async #pass(chunk: Buffer, live: LiveBody, stream: ForwardStream): Promise<void> {
    if (chunk.length === 0) return;
    const { supply, holdMs } = this.#surroundings;
    await changesTaken(supply, holdMs);
    const decided = live.push(chunk);
    this.#acks.add(stream.asked.splice(0));
    if (decided.length > 0) await (await this.#joined()).write(decided);
    await this.#acks.fewerThan();
    if (this.#client.writableNeedDrain) await drained(this.#client);
  }

  async #joined(): Promise<ForwardUpstream> {
    this.#upstream ??= await ForwardUpstream.open(this.#plan, this.#surroundings.limits.upstreamTimeoutMs, {
      ack: (chunk) => {
        // A client that has left waits for nothing.
        if (!this.#acks.settle(chunk) && !this.#client.destroyed)
          this.#giveUp('busy', 'upstream acknowledged what was not sent');
      },
      gone: (why) => this.#giveUp('busy', why),
    });
    return this.#upstream;
  }

  #giveUp(trouble: Told, why: string): void {
    this.#why ??= new ForwardTrouble(trouble, why);
    this.#client.destroy();
  }
}

function isOfSocket(error: unknown): boolean {
  return typeof (error as { code?: unknown } | null)?.code === 'string';
}
