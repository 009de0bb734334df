import { measureLoad } from './measure-load.ts';
import { measureCat, measureFilter, measureStart } from './measure-pipe.ts';
import { measureProxy, measureProxyLatency } from './measure-proxy.ts';
import { measureScan } from './measure-scan.ts';
import { nginxMissing } from './proxy-stage.ts';
import type { Run, Sample } from './scenario.ts';
import type { Workshop } from './workshop.ts';
import type { FluentBit, Hyperscan, Ripgrep } from './yardsticks.ts';

/** The tools of others that a run may need. */
export interface Yardsticks {
  readonly ripgrep: Ripgrep;
  readonly hyperscan: Hyperscan;
  readonly fluentBit: FluentBit;
}

/** Why this machine cannot do a run; null when it can. */
export async function missingFor(
  run: Run,
  workshop: Workshop,
  { ripgrep, hyperscan, fluentBit }: Yardsticks,
): Promise<string | null> {
  if (run.kind === 'ripgrep') return ripgrep.missing;
  if (run.kind === 'fluent-bit') return fluentBit.missing;
  if (run.kind === 'hyperscan') return hyperscan.missingFor(run, workshop);
  if ('via' in run && run.via === 'nginx') return nginxMissing();
  return null;
}

/** Does a run once. @throws WrongCountError, and Error when a process fails */
export async function measure(run: Run, workshop: Workshop, yardsticks: Yardsticks): Promise<Sample> {
  switch (run.kind) {
    case 'scan':
      return measureScan(run, workshop);
    case 'filter':
    case 'memory':
      return measureFilter(run, workshop);
    case 'cat':
      return measureCat(run.haystack, workshop);
    case 'ripgrep':
      return yardsticks.ripgrep.measure(run.haystack, workshop);
    case 'hyperscan':
      return yardsticks.hyperscan.measure(run.haystack, run.patterns, workshop);
    case 'fluent-bit':
      return yardsticks.fluentBit.measure(run.haystack, workshop);
    case 'start':
      return measureStart(run.command, workshop);
    case 'load':
      return measureLoad(run, workshop);
    case 'proxy':
      return measureProxy(run, workshop);
    case 'proxy-latency':
      return measureProxyLatency(run, workshop);
  }
}
