import { Pool } from 'undici';
import type { RoutePlan, UpstreamPlan } from '../config/plan.ts';
import { hostPort } from '../observe/host-port.ts';
import { upstreamTls } from './tls-files.ts';

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

  /** @throws StartError E_ROUTE_FILE */
  constructor(route: RoutePlan, timeoutMs: number) {
    const tls = upstreamTls(route);
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
        connect: { timeout: CONNECT_MS, ...tls },
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
    await Promise.all(this.#all.map(({ pool }) => pool.destroy()));
  }
}

function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return sum;
}
