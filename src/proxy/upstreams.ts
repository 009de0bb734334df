import { buildConnector, Pool } from 'undici';
import type { RoutePlan, UpstreamPlan } from '../config/plan.ts';
import { hostPort } from '../observe/host-port.ts';
import type { Observer } from '../observe/observer.ts';
import { type FollowedTls, followUpstreamTls } from './tls-files.ts';

/** After a failed connection an upstream is passed over for this long, unless no other is left. */
const DOWN_MS = 2_000;
/** Sockets to one upstream at once: more requests wait for one. */
const CONNECTIONS = 128;
/** Idle sockets are closed sooner than most servers close them, so that none is closed under a request. */
const KEEP_ALIVE_MS = 4_000;
/** A connection that takes longer to make is given up. */
export const CONNECT_MS = 5_000;

export interface Upstream {
  readonly pool: Pool;
  readonly plan: UpstreamPlan;
  /** For logs. */
  readonly at: string;
  downUntil: number;
}

/** The upstreams of one HTTP route: which is used, and which is passed over. */
export class Upstreams {
  readonly #all: readonly Upstream[];
  readonly #tls: FollowedTls | null;

  /** @throws StartError E_ROUTE_FILE */
  constructor(route: RoutePlan, timeoutMs: number, observer: Observer) {
    this.#tls = followUpstreamTls(route, observer);
    this.#all = route.upstreams.map((plan) => ({
      plan,
      at: `${plan.scheme}://${hostPort(plan.host, plan.port)}`,
      downUntil: 0,
      pool: new Pool(`${plan.scheme}://${hostPort(plan.host, plan.port)}`, {
        connections: CONNECTIONS,
        pipelining: 1,
        keepAliveTimeout: KEEP_ALIVE_MS,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        connect: connector(this.#tls),
      }),
    }));
  }

  /** In the order to try them: those that are well first, `key` deciding with which to begin. */
  inOrder(key: string | null, nowMs: number): Upstream[] {
    const from = key === null ? 0 : hash(key) % this.#all.length;
    const turned = [...this.#all.slice(from), ...this.#all.slice(0, from)];
    const well = turned.filter((upstream) => upstream.downUntil <= nowMs);
    return [...well, ...turned.filter((upstream) => upstream.downUntil > nowMs)];
  }

  markDown(upstream: Upstream, nowMs: number): void {
    upstream.downUntil = nowMs + DOWN_MS;
  }

  markUp(upstream: Upstream): void {
    upstream.downUntil = 0;
  }

  async close(): Promise<void> {
    this.#tls?.stop();
    await Promise.all(this.#all.map(({ pool }) => pool.destroy()));
  }
}

/** Makes each connection with the files as they were read last. */
function connector(tls: FollowedTls | null): buildConnector.connector {
  if (tls === null) return buildConnector({ timeout: CONNECT_MS });
  let used = tls.current;
  const make = (): buildConnector.connector =>
    // It keeps sessions, and one that is taken up again checks no certificate: a new context begins without.
    buildConnector({ timeout: CONNECT_MS, secureContext: used });
  let connect = make();
  return (options, done) => {
    if (tls.current !== used) {
      used = tls.current;
      connect = make();
    }
    connect(options, done);
  };
}

function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return sum;
}
