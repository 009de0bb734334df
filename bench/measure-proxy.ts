import { setTimeout as pause } from 'node:timers/promises';
import autocannon, { type Result } from 'autocannon';
import { build } from 'hdr-histogram-js';
import { Pool } from 'undici';
import { processSeconds } from './process-seconds.ts';
import type { BodyProtocol, ProxyBody } from './proxy-bodies.ts';
import { type Contestant, type ProxyStage, setName } from './proxy-stage.ts';
import type { Run, Sample } from './scenario.ts';
import { SINK_HEADERS, type SinkCounts } from './sink-counts.ts';
import type { Workshop } from './workshop.ts';
import { checkCount } from './wrong-count-error.ts';

type ProxyRun = Extract<Run, { kind: 'proxy' | 'proxy-latency' }>;

/** Megabytes of bodies on the clock, and requests at least; as many go ahead of it, until everything is warm. */
const MEGABYTES = { full: 80, quick: 5 };
const REQUESTS = { full: 5_000, quick: 300 };
/** Whatever they weigh: so many requests of the largest bodies. */
const LEAST = 2;
/** Seconds at half load, ahead of the clock and on it. */
const WARM_UP = { full: 2, quick: 0.3 };
const LATENCY_CLOCK = { full: 10, quick: 1 };
const PATHS: Record<BodyProtocol, string> = { 'splunk-hec': '/services/collector', elasticsearch: '/_bulk' };
/** Connections at once, by what a body weighs: enough that nobody waits for the client. */
const connectionsFor = (size: number): number => (size > 1_000_000 ? 4 : size > 10_000 ? 16 : 32);
const LATENCY_CONNECTIONS = 32;

/** The rate that a run's latency is taken at: found once a scenario, for all contestants the same. */
const halfLoads = new WeakMap<ProxyStage, number>();

/** Throughput of requests, as many as go through. @throws WrongCountError, Error when a request fails */
export async function measureProxy(run: ProxyRun, workshop: Workshop): Promise<Sample> {
  const { contestant, bodies } = await readied(run, workshop);
  const amount = amountOf(run, workshop);
  await flood(run, contestant, bodies, amount);
  const before = contestant.pid === null ? 0 : processSeconds(contestant.pid);
  const seconds = await flood(run, contestant, bodies, amount);
  const cpuSeconds = contestant.pid === null ? Number.NaN : processSeconds(contestant.pid) - before;
  await judged(run, workshop.stage);
  const megabytes = (amount * meanOf(bodies)) / 1e6;
  return { rate: megabytes / seconds, cpuRate: megabytes / cpuSeconds };
}

/** Latency of requests that fall due at half the rate that unleak stands. @throws as `measureProxy` */
export async function measureProxyLatency(run: ProxyRun, workshop: Workshop): Promise<Sample> {
  const { contestant, bodies } = await readied(run, workshop);
  const rate = await halfLoad(run, workshop);
  await steady(run, contestant, bodies, { rate, forSeconds: sized(WARM_UP, workshop) });
  const histogram = await steady(run, contestant, bodies, {
    rate,
    forSeconds: sized(LATENCY_CLOCK, workshop),
  });
  await judged(run, workshop.stage);
  const ms = (quantile: number): number => histogram.getValueAtPercentile(quantile) / 1000;
  return { p50: ms(50), p99: ms(99), p999: ms(99.9), worst: histogram.maxValue / 1000 };
}

const sized = (of: { full: number; quick: number }, { quick }: Workshop): number =>
  quick ? of.quick : of.full;
const meanOf = (bodies: readonly ProxyBody[]): number =>
  bodies.reduce((sum, { bytes }) => sum + bytes.length, 0) / bodies.length;

function amountOf({ size }: ProxyRun, workshop: Workshop): number {
  const megabytes = Math.round((sized(MEGABYTES, workshop) * 1e6) / size);
  return Math.max(LEAST, Math.min(sized(REQUESTS, workshop), megabytes));
}

/** Starts what the run needs; the first time each body is sent once, and many leaks are sought in what arrives. */
async function readied(
  run: ProxyRun,
  workshop: Workshop,
): Promise<{ contestant: Contestant; bodies: readonly ProxyBody[] }> {
  const { stage } = workshop;
  const { bodies } = await stage.bodies(run.protocol, run.size);
  const contestant = await stage.contestant(run.via, run.protocol, workshop);
  await stage.counts(run.via);
  const name = `${run.via} ${setName(run.protocol, run.size)}`;
  if (stage.shown.has(name)) return { contestant, bodies };
  const pool = new Pool(`http://127.0.0.1:${contestant.port}`, { connections: 4 });
  await Promise.all(bodies.map((body) => sendOne(pool, run, body, { [SINK_HEADERS.many]: '1' })));
  await pool.close();
  const counts = await judged(run, stage);
  checkCount(`the sink behind ${run.via}`, counts.checked, bodies.length);
  stage.shown.add(name);
  return { contestant, bodies };
}

const headersOf = (
  { via, protocol, size }: ProxyRun,
  { records, planted }: ProxyBody,
): Record<string, string> => ({
  'content-type': 'application/json',
  [SINK_HEADERS.via]: via,
  [SINK_HEADERS.set]: setName(protocol, size),
  [SINK_HEADERS.records]: String(records),
  [SINK_HEADERS.planted]: String(planted),
});

async function sendOne(
  pool: Pool,
  run: ProxyRun,
  body: ProxyBody,
  more: Record<string, string> = {},
): Promise<void> {
  const headers = { ...headersOf(run, body), ...more };
  const answer = await pool.request({ path: PATHS[run.protocol], method: 'POST', headers, body: body.bytes });
  const text = await answer.body.text();
  if (answer.statusCode !== 200 || !text.endsWith('}'))
    throw new Error(`a request through ${run.via} was answered with ${answer.statusCode}`);
}

/** So many requests, one behind the other on every connection. @returns the seconds that they took */
async function flood(
  run: ProxyRun,
  { port }: Contestant,
  bodies: readonly ProxyBody[],
  amount: number,
): Promise<number> {
  const { protocol, size, via } = run;
  const options = {
    url: `http://127.0.0.1:${port}${PATHS[protocol]}`,
    method: 'POST',
    connections: Math.min(amount, connectionsFor(size)),
    amount,
    timeout: 60,
    sampleInt: 20,
    requests: bodies.map((body) => ({ body: body.bytes, headers: headersOf(run, body) })),
  } as const;
  const since = performance.now();
  let last = since;
  const result = await new Promise<Result>((done, fail) => {
    autocannon(options, (error, ended) => (error === null ? done(ended) : fail(error))).on('response', () => {
      last = performance.now();
    });
  });
  const bad = result.non2xx + result.errors + result.timeouts;
  if (bad > 0) throw new Error(`${bad} of ${amount} requests through ${via} failed`);
  return (last - since) / 1000;
}

/** Half of what unleak, finding everything, takes of these requests in a second. */
async function halfLoad(run: ProxyRun, workshop: Workshop): Promise<number> {
  const known = halfLoads.get(workshop.stage);
  if (known !== undefined) return known;
  const full = { ...run, via: 'unleak' } as const;
  const { contestant, bodies } = await readied(full, workshop);
  const amount = amountOf(full, workshop);
  await flood(full, contestant, bodies, amount);
  const rate = amount / (await flood(full, contestant, bodies, amount)) / 2;
  halfLoads.set(workshop.stage, rate);
  await judged(full, workshop.stage);
  return rate;
}

/** Requests that fall due at a rate; a request's clock starts when it is due, whether or not a connection is free. */
async function steady(
  run: ProxyRun,
  { port }: Contestant,
  bodies: readonly ProxyBody[],
  { rate, forSeconds }: { readonly rate: number; readonly forSeconds: number },
): Promise<ReturnType<typeof build>> {
  const histogram = build({ numberOfSignificantValueDigits: 3 });
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: LATENCY_CONNECTIONS });
  const begun = performance.now();
  const under: Promise<void>[] = [];
  const all = Math.floor(rate * forSeconds);
  while (under.length < all) {
    const now = performance.now();
    while (under.length < all && begun + (under.length * 1000) / rate <= now) {
      const due = begun + (under.length * 1000) / rate;
      const sent = sendOne(pool, run, bodies[under.length % bodies.length]!);
      under.push(
        sent.then(() => histogram.recordValue(Math.max(1, Math.round((performance.now() - due) * 1000)))),
      );
    }
    await pause(1);
  }
  await Promise.all(under);
  await pool.close();
  return histogram;
}

/** Whether everything that leaked in what arrived was replaced, or, where nothing is sought, left. @throws WrongCountError */
async function judged({ via }: ProxyRun, stage: ProxyStage): Promise<SinkCounts> {
  const counts = await stage.counts(via);
  checkCount(`placeholders behind ${via}`, counts.placeholders, via === 'unleak' ? counts.planted : 0);
  if (via === 'unleak') checkCount('leaks behind unleak', counts.leaking, 0);
  return counts;
}
