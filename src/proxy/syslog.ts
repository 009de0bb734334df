import { createSocket } from 'node:dgram';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { RoutePlan } from '../config/plan.ts';
import { BodyError } from '../formats/body.ts';
import { SyslogDatagrams, SyslogStream } from '../formats/syslog.ts';
import { hostPort } from '../observe/host-port.ts';
import { SILENT, within } from '../pipeline/silence.ts';
import { listening } from './listening.ts';
import { LiveBody } from './live-body.ts';
import type { Listening, StartRoute, Surroundings } from './route.ts';
import { LAST_WORDS_MS, listenSockets, type SocketRelay } from './socket-listener.ts';
import { upstreamTls } from './tls-files.ts';
import { TroubleLog } from './trouble-log.ts';
import { UpstreamSocket } from './upstream-socket.ts';

/** Datagrams that wait for upstream; one more is lost, and counted. */
const MAX_WAITING = 10_000;

/** Syslog: TCP (with TLS) to TCP, UDP to UDP or, counted, to TCP. */
export const startSyslog: StartRoute = async (plan, surroundings) => {
  // Each connection to upstream reads its files anew; that they are there is told at the start.
  upstreamTls(plan);
  return plan.listen.udp
    ? listenUdp(plan, surroundings)
    : listenSockets(plan, surroundings, (client) => new Relay(client, plan, surroundings));
};

/** One client's connection and the one to upstream that belongs to it: order is kept. */
class Relay implements SocketRelay {
  readonly #client: Socket;
  readonly #upstream: UpstreamSocket;
  readonly #surroundings: Surroundings;
  #draining = false;
  #ended: Promise<void> = Promise.resolve();

  constructor(client: Socket, plan: RoutePlan, surroundings: Surroundings) {
    this.#client = client;
    this.#upstream = new UpstreamSocket(plan);
    this.#surroundings = surroundings;
    client.on('error', () => client.destroy());
  }

  run(log: TroubleLog): Promise<void> {
    this.#ended = this.#run(log);
    return this.#ended;
  }

  /** Ends once the client is silent, and after `limitMs` in any case. */
  async drain(limitMs: number): Promise<void> {
    this.#draining = true;
    const late = setTimeout(() => {
      this.#client.destroy();
      void this.#upstream.close(0);
    }, limitMs);
    await this.#ended;
    clearTimeout(late);
  }

  async #run(log: TroubleLog): Promise<void> {
    const { maxRecordBytes, limits } = this.#surroundings;
    const live = await LiveBody.open(
      'syslog',
      this.#surroundings,
      (matcher) => new SyslogStream(matcher, maxRecordBytes),
    );
    try {
      await this.#pump(live);
      await this.#upstream.write(live.end());
    } catch (error) {
      const trouble = error instanceof BodyError ? error.kind : 'busy';
      const why = error instanceof BodyError ? error.message : 'the connection ended';
      log.say(trouble, `${why}; the connection was closed`);
      this.#client.destroy();
      // Nobody sends these messages again. That upstream cannot take them before the end is no other trouble.
      if (error instanceof BodyError) await this.#upstream.write(live.ahead()).catch(() => {});
    } finally {
      live.close();
      this.#client.destroy();
      await this.#upstream.close(limits.drainMs);
    }
  }

  async #pump(live: LiveBody): Promise<void> {
    const chunks = this.#client[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    let next = chunks.next();
    for (;;) {
      const wait = this.#draining ? LAST_WORDS_MS : this.#surroundings.holdMs;
      const came = await within(next, wait, () => {});
      if (came === SILENT) {
        if (this.#draining) return;
        await this.#upstream.write(live.idle());
        continue;
      }
      if (came.done === true) return;
      await this.#upstream.write(live.push(came.value));
      next = chunks.next();
    }
  }
}

async function listenUdp(plan: RoutePlan, surroundings: Surroundings): Promise<Listening> {
  const { maxRecordBytes, limits, observer } = surroundings;
  const to = plan.upstreams[0]!;
  const counted = to.scheme !== 'udp';
  const live = await LiveBody.open(
    'syslog',
    surroundings,
    (matcher) => new SyslogDatagrams(matcher, { counted, maxRecordBytes }),
  );
  const family = plan.listen.host.includes(':') ? 'udp6' : 'udp4';
  const socket = createSocket({ type: family, ipv6Only: false });
  const out = counted ? null : createSocket(to.host.includes(':') ? 'udp6' : 'udp4');
  out?.on('error', () => {});
  const stream = counted ? new UpstreamSocket(plan) : null;
  const log = new TroubleLog(observer, `syslog udp:${hostPort(plan.listen.host, plan.listen.port)}`);
  let waiting = 0;
  let order: Promise<void> = Promise.resolve();
  socket.on('message', (message) => {
    if (waiting >= MAX_WAITING) {
      log.say('busy', `${MAX_WAITING} datagrams wait for upstream; one more was lost`);
      return;
    }
    const redacted = live.push(message);
    waiting++;
    const sent = (): void => {
      waiting--;
    };
    if (out !== null)
      out.send(redacted, to.port, to.host, (error) => {
        sent();
        if (error !== null) log.say('busy', 'upstream took no datagram; one was lost');
      });
    else order = order.then(() => stream!.write(redacted)).then(sent, sent);
  });
  await listening(socket, plan.listen, (done) => socket.bind(plan.listen.port, plan.listen.host, done));
  const { address, port } = socket.address();
  return {
    at: `udp:${hostPort(address, port)}`,
    async drain() {
      await pause(Math.min(LAST_WORDS_MS, limits.drainMs));
      await new Promise<void>((done) => socket.close(() => done()));
      const late = setTimeout(() => void stream?.close(0), limits.drainMs);
      await order;
      clearTimeout(late);
      await stream?.close(limits.drainMs);
      out?.close();
      live.close();
    },
  };
}
