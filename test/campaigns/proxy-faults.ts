import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { mintSecrets, spelled } from '../support/clients/records.ts';
import { Chance } from '../support/generate-random.ts';
import { leaks, seek } from '../support/oracle.ts';
import { ProxyProcess } from '../support/proxy/proxy-process.ts';
import { startElasticsearch } from '../support/upstreams/elasticsearch.ts';
import { CUT_SHORT, type HttpUpstream } from '../support/upstreams/http-upstream.ts';
import type { Troubles } from '../support/upstreams/recorder.ts';
import { startSplunkHec } from '../support/upstreams/splunk-hec.ts';
import { type Batch, Shipper } from './shipper.ts';

export interface FaultPlan {
  readonly records: number;
  /** How often both upstreams go down and come back, and the proxy ends in either way and is started again. */
  readonly outages: number;
  readonly terms: number;
  readonly kills: number;
  readonly seed: number;
}

export interface FaultReport {
  readonly records: number;
  readonly planted: number;
  readonly requests: number;
  /** Why requests had to be made again -> how often. */
  readonly again: Readonly<Record<string, number>>;
  /** Arrivals beyond the first of each record. */
  readonly duplicates: number;
  /** Bodies whose connection was cut before their end: none of their records was taken. */
  readonly cutShort: number;
  readonly seconds: number;
  /** What must not be: named by record, reason or spelling, never by content. */
  readonly wrong: readonly string[];
}

const LANES = 8;
const SMALL_BATCH = 10;
/** 450 KB, beyond what the proxy holds whole (256 KiB): such a body streams through it. */
const LARGE_BATCH = 700;
const CALM = 'the quick brown fox jumps over the lazy dog '.repeat(12).trim();
const LARGE_EVERY = 25;
const PLANTED_EVERY = 3;
/** Upstreams misbehave by themselves too: one request in so many. */
const TROUBLE_EVERY = 50;

interface Line {
  readonly id: string;
  readonly text: string;
  /** How the text ends, whatever is redacted in it. */
  readonly rest: string;
  readonly planted: boolean;
}

/**
 * Ships numbered records through one proxy to Splunk HEC and to `_bulk`, while everything behind the
 * shippers fails: faults come when a share of the requests has been confirmed, so each of them meets requests
 * under way.
 */
export async function shipUnderFaults(plan: FaultPlan): Promise<FaultReport> {
  const chance = new Chance(plan.seed);
  const secrets = mintSecrets();
  const lines = mintLines(plan.records, Object.values(secrets), chance);
  const token = randomBytes(18).toString('hex');
  const half = lines.length >> 1;
  const batches = [
    batched(lines.slice(0, half), ({ id, text }) => `${JSON.stringify({ event: text, source: id })}`, {
      authorization: `Splunk ${token}`,
    }),
    batched(lines.slice(half), ({ id, text }) => `{"index":{"_id":"${id}"}}\n${JSON.stringify({ text })}\n`, {
      'content-type': 'application/x-ndjson',
    }),
  ];
  const hec = await startSplunkHec({ token, troubles: troubles() });
  const elastic = await startElasticsearch({ troubles: troubles() });
  const upstreams = [hec, elastic];
  const proxy = new ProxyProcess(
    [
      { kind: 'splunk-hec', transport: 'http', upstream: hec.port },
      { kind: 'elasticsearch', transport: 'http', upstream: elastic.port },
    ],
    secrets,
  );
  try {
    const ports = await proxy.start();
    const started = performance.now();
    const faults = new Faults(plan, batches.flat().length, { proxy, upstreams, chance });
    const delivered = (): void => faults.delivered();
    const shippers = [
      new Shipper({ port: ports[0]!, path: '/services/collector/event', took: hecTook }, LANES, delivered),
      new Shipper({ port: ports[1]!, path: '/shop/_bulk', took: bulkTook }, LANES, delivered),
    ];
    const times = await Promise.all(shippers.map((shipper, at) => shipper.send(batches[at]!, LANES)));
    await faults.done;
    const seconds = (performance.now() - started) / 1000;
    const wrong = [
      ...faults.wrong,
      ...shippers.flatMap((shipper) => shipper.wrong),
      ...upstreams.flatMap(({ faults: said }) => said.filter((fault) => fault !== CUT_SHORT)),
      ...arrivalFaults(lines, upstreams, times),
      ...leakFaults(upstreams, Object.values(secrets)),
    ];
    return { ...figures(lines, upstreams, shippers), seconds: Math.round(seconds), wrong };
  } finally {
    await proxy.close();
    for (const upstream of upstreams) await upstream.close();
  }
}

function mintLines(count: number, values: readonly string[], chance: Chance): Line[] {
  return Array.from({ length: count }, (_, at) => {
    const planted = at % PLANTED_EVERY === 0;
    const id = `record-${String(at).padStart(6, '0')}`;
    const value = planted ? spelled(chance.below(99), chance.pick(values), chance) : 'in peace';
    const rest = ` and ${at} more words, ${CALM}`;
    return { id, text: `${id} ${value}${rest}`, rest, planted };
  });
}

/** Batches of both sizes; every third compressed, the large ones sent slowly. */
function batched(
  lines: readonly Line[],
  written: (line: Line) => string,
  headers: Readonly<Record<string, string>>,
): Batch[] {
  const batches: Batch[] = [];
  for (let at = 0; at < lines.length; ) {
    const slow = batches.length % LARGE_EVERY === 1;
    const some = lines.slice(at, at + (slow ? LARGE_BATCH : SMALL_BATCH));
    const plain = Buffer.from(some.map(written).join(''));
    const gzip = batches.length % 3 === 2;
    batches.push({
      ids: some.map(({ id }) => id),
      body: gzip ? gzipSync(plain) : plain,
      headers: gzip ? { ...headers, 'content-encoding': 'gzip' } : headers,
      slow,
    });
    at += some.length;
  }
  return batches;
}

const hecTook = (answer: string): boolean => (JSON.parse(answer) as { code: number }).code === 0;
const bulkTook = (answer: string): boolean => !(JSON.parse(answer) as { errors: boolean }).errors;

function troubles(): Troubles {
  return (exchange) => {
    if (exchange % TROUBLE_EVERY === 7) return { kind: 'lost-answer' };
    if (exchange % TROUBLE_EVERY === 27) return { kind: 'status', status: 503, retryAfter: 1 };
    return exchange % TROUBLE_EVERY === 47 ? { kind: 'reset', after: 1000 } : null;
  };
}

interface Stage {
  readonly proxy: ProxyProcess;
  readonly upstreams: readonly HttpUpstream[];
  readonly chance: Chance;
}

type Fault = 'outage' | 'term' | 'kill';

/** Brings the faults about, one after the other, spread over the batches. */
class Faults {
  readonly wrong: string[] = [];
  /** All faults so far are over. */
  done: Promise<void> = Promise.resolve();
  readonly #stage: Stage;
  readonly #due: readonly Fault[];
  readonly #every: number;
  #delivered = 0;
  #begun = 0;

  constructor({ outages, terms, kills }: FaultPlan, batches: number, stage: Stage) {
    const times = (count: number, fault: Fault): [number, Fault][] =>
      Array.from({ length: count }, (_, at) => [(at + 0.5) / count, fault]);
    const all = [...times(outages, 'outage'), ...times(terms, 'term'), ...times(kills, 'kill')];
    this.#due = all.sort(([a], [b]) => a - b).map(([, fault]) => fault);
    this.#every = batches / (this.#due.length + 1);
    this.#stage = stage;
  }

  /** One more batch was confirmed. */
  delivered(): void {
    this.#delivered++;
    const due = Math.min(this.#due.length, Math.floor(this.#delivered / this.#every));
    while (this.#begun < due) {
      const fault = this.#due[this.#begun++]!;
      this.done = this.done.then(() => this.#bring(fault));
    }
  }

  async #bring(fault: Fault): Promise<void> {
    const { proxy, upstreams, chance } = this.#stage;
    if (fault === 'outage') {
      await Promise.all(upstreams.map((upstream) => upstream.down()));
      await pause(chance.between(20, 300));
      await Promise.all(upstreams.map((upstream) => upstream.up()));
      return;
    }
    const ended = await proxy.end(fault === 'term' ? 'SIGTERM' : 'SIGKILL');
    if (fault === 'term' && ended !== 0) this.wrong.push(`after TERM the proxy ended with ${ended}`);
    await proxy.start();
  }
}

/** Records that did not come, came more often than they were sent, or came with a wrong text. */
function arrivalFaults(
  lines: readonly Line[],
  upstreams: readonly HttpUpstream[],
  times: readonly ReadonlyMap<Batch, number>[],
): string[] {
  const sent = new Map(
    times.flatMap((one) => [...one].flatMap(([{ ids }, count]) => ids.map((id) => [id, count] as const))),
  );
  const known = new Map(lines.map((line) => [line.id, line]));
  const came = new Map<string, number>();
  const wrong: string[] = [];
  for (const { id, fields } of upstreams.flatMap(({ received }) => received)) {
    const line = known.get(id ?? '');
    if (line === undefined) {
      wrong.push('a record without a number came');
      continue;
    }
    came.set(line.id, (came.get(line.id) ?? 0) + 1);
    const { event, source } = fields as { event?: string; source?: { text: string } };
    const text = event ?? source!.text;
    const right = line.planted
      ? text.startsWith(`${line.id} `) && text.includes('[REDACTED:') && text.endsWith(line.rest)
      : text === line.text;
    if (!right) wrong.push(`${line.id} came with another text`);
  }
  for (const { id } of lines) {
    const arrivals = came.get(id) ?? 0;
    if (arrivals === 0) wrong.push(`${id} was confirmed and never came`);
    if (arrivals > sent.get(id)!) wrong.push(`${id} came ${arrivals} times, sent ${sent.get(id)} times`);
  }
  return wrong;
}

const WINDOW = 4 * 1024 * 1024;
/** More than the longest spelling of a value. */
const OVERLAP = 4 * 1024;

/** Looks through every byte that came, cut bodies too. */
function leakFaults(upstreams: readonly HttpUpstream[], values: readonly string[]): string[] {
  const sought = values.map((value) => seek(Buffer.from(value)));
  return upstreams.flatMap((upstream) => {
    const wire = upstream.wire();
    const found: string[] = [];
    for (let at = 0; at < wire.length; at += WINDOW)
      for (const leak of leaks(wire.subarray(at, at + WINDOW + OVERLAP), sought))
        found.push(`secret ${leak.secret} left, ${leak.spelling}`);
    return found;
  });
}

function figures(
  lines: readonly Line[],
  upstreams: readonly HttpUpstream[],
  shippers: readonly Shipper[],
): Omit<FaultReport, 'seconds' | 'wrong'> {
  const again: Record<string, number> = {};
  for (const [why, count] of shippers.flatMap(({ troubles: met }) => [...met]))
    again[why] = (again[why] ?? 0) + count;
  const sum = (of: readonly number[]): number => of.reduce((a, b) => a + b, 0);
  return {
    records: lines.length,
    planted: lines.filter(({ planted }) => planted).length,
    requests: sum(shippers.map(({ attempts }) => attempts)),
    again,
    duplicates: sum(upstreams.map(({ received }) => received.length)) - lines.length,
    cutShort: sum(upstreams.map(({ faults }) => faults.filter((fault) => fault === CUT_SHORT).length)),
  };
}
