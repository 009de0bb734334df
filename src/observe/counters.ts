import { FindingsCount } from './findings-count.ts';
import { LatencyHistogram } from './latency.ts';
import type { StreamName } from './observer.ts';

/** Numbers of one stream since the start. */
export interface StreamNumbers {
  bytesIn: number;
  bytesOut: number;
  records: number;
  held: number;
  unscannedBytes: number;
}

/** Every number of a run, in plain memory; the metrics and the summary read it. All bounded. */
export class Counters {
  readonly startedMs = Date.now();
  readonly streams = new Map<StreamName, StreamNumbers>();
  readonly found = new FindingsCount();
  readonly latency = new LatencyHistogram();
  /** By `kind action`, for example `engine drop`. */
  readonly faults = new Map<string, number>();
  /** By `state use`, for example `active anywhere`. */
  secrets = new Map<string, number>();
  readonly reloads = { ok: 0, failed: 0 };
  readonly ledger = { errors: 0, lost: 0 };
  /** Findings per line of the labels that were warned about. */
  readonly noisy = new Map<string, number>();
  generation = 0;
  setLoadedMs = 0;
  longestSwapMs = 0;
  readiness: { ready: boolean; why: string } = { ready: false, why: 'starting' };

  stream(name: StreamName): StreamNumbers {
    let numbers = this.streams.get(name);
    if (numbers === undefined) {
      numbers = { bytesIn: 0, bytesOut: 0, records: 0, held: 0, unscannedBytes: 0 };
      this.streams.set(name, numbers);
    }
    return numbers;
  }

  /** One number over all streams. */
  sum(of: keyof StreamNumbers): number {
    let sum = 0;
    for (const numbers of this.streams.values()) sum += numbers[of];
    return sum;
  }
}
