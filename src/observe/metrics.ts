import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Counters } from './counters.ts';
import { LATENCY_BUCKETS, MAX_EXPOSED_LABELS, METRICS, type Metric } from './metric-table.ts';
import type { StreamName } from './observer.ts';

/** The counters as Prometheus text, and the one number that is only a metric: the latency's buckets. */
export interface Exposition {
  readonly contentType: string;
  latency(stream: StreamName, ms: number): void;
  text(): Promise<string>;
}

type Reading = readonly [labels: Record<string, string>, value: number];

/** @param hideNames labels of known secrets are told as `secret` */
export function createExposition(counters: Counters, hideNames: boolean): Exposition {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const [metric, read] of readings(counters, hideNames)) register(registry, metric, read);
  const latency = new Histogram({
    ...shape(METRICS.latency),
    buckets: [...LATENCY_BUCKETS],
    registers: [registry],
  });
  return {
    contentType: registry.contentType,
    latency: (stream, ms) => latency.observe({ stream }, ms / 1000),
    text: () => registry.metrics(),
  };
}

function shape({ name, doc, labels }: Metric) {
  return { name, help: doc, labelNames: [...labels] };
}

/** A counter's or gauge's numbers are read when somebody asks, so that the stream pays nothing for them. */
function register(registry: Registry, metric: Metric, read: () => Iterable<Reading>): void {
  const options = { ...shape(metric), registers: [registry] };
  if (metric.kind === 'gauge') {
    new Gauge({
      ...options,
      collect() {
        this.reset();
        for (const [labels, value] of read()) this.set(labels, value);
      },
    });
    return;
  }
  new Counter({
    ...options,
    collect() {
      this.reset();
      for (const [labels, value] of read()) this.inc(labels, value);
    },
  });
}

function readings(counters: Counters, hideNames: boolean): [Metric, () => Iterable<Reading>][] {
  const streams = (of: 'bytesIn' | 'bytesOut' | 'records' | 'held' | 'unscannedBytes') => () =>
    [...counters.streams].map(([stream, numbers]): Reading => [{ stream }, numbers[of]]);
  const pairs = (map: () => ReadonlyMap<string, number>, first: string, second: string) => () =>
    [...map()].map(([key, value]): Reading => {
      const [one = '', two = ''] = key.split(' ');
      return [{ [first]: one, [second]: two }, value];
    });
  const one = (value: () => number) => () => [[{}, value()]] as Reading[];
  const labelled = (map: ReadonlyMap<string, number>) => () =>
    [...map].map(([label, value]): Reading => [{ label: hideNames ? 'secret' : label }, value]);
  return [
    [METRICS.bytesRead, streams('bytesIn')],
    [METRICS.bytesWritten, streams('bytesOut')],
    [METRICS.records, streams('records')],
    [METRICS.held, streams('held')],
    [METRICS.unscanned, streams('unscannedBytes')],
    [METRICS.findings, () => findings(counters, hideNames)],
    [METRICS.spellings, () => counters.found.bySpelling().map(([spelling, count]) => [{ spelling }, count])],
    [METRICS.noisy, labelled(counters.noisy)],
    [METRICS.secrets, pairs(() => counters.secrets, 'state', 'use')],
    [
      METRICS.secretSetAge,
      one(() => (counters.setLoadedMs === 0 ? 0 : (Date.now() - counters.setLoadedMs) / 1000)),
    ],
    [METRICS.generation, one(() => counters.generation)],
    [METRICS.reloads, () => Object.entries(counters.reloads).map(([result, value]) => [{ result }, value])],
    [METRICS.faults, pairs(() => counters.faults, 'kind', 'action')],
    [METRICS.ledgerErrors, one(() => counters.ledger.errors)],
    [METRICS.ledgerLost, one(() => counters.ledger.lost)],
    [METRICS.ready, one(() => (counters.readiness.ready ? 1 : 0))],
  ];
}

/** In the order of first appearance, so that a label once told apart stays so. */
function findings({ found }: Counters, hideNames: boolean): Reading[] {
  let exposed = 0;
  return [...found.labels.values()].map(({ kind, label, count }): Reading => {
    const told = hideNames && kind === 'secret' ? 'secret' : label;
    return [{ kind, label: exposed++ < MAX_EXPOSED_LABELS ? told : 'other' }, count];
  });
}
