import { closeSync, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Counters } from './counters.ts';
import { errnoOf, StartError } from './start-error.ts';

/** Labels told in the summary; the rest is one number. */
const MAX_LABELS = 1000;
/** A full stderr is tried again this often, for 10 s in all. */
const RETRY_MS = 20;
const MAX_TRIES = 500;

/** The summary of a run: numbers and names, never values. */
export function summarize(counters: Counters, nowMs: number): Record<string, unknown> {
  const { found, latency } = counters;
  const seconds = (nowMs - counters.startedMs) / 1000;
  const bytesIn = counters.sum('bytesIn');
  return {
    started: new Date(counters.startedMs).toISOString(),
    ended: new Date(nowMs).toISOString(),
    seconds: round(seconds),
    bytesIn,
    bytesOut: counters.sum('bytesOut'),
    bytesPerSecond: seconds > 0 ? Math.round(bytesIn / seconds) : 0,
    records: counters.sum('records'),
    findings: {
      count: found.total,
      bytes: found.bytes,
      observed: found.observed,
      byLabel: byLabel(counters),
      bySpelling: Object.fromEntries(found.bySpelling()),
    },
    addedLatencyMs: {
      p50: round(latency.quantile(0.5)),
      p99: round(latency.quantile(0.99)),
      max: round(latency.max),
    },
    secrets: Object.fromEntries(bySecretState(counters)),
    generation: counters.generation,
    reloads: { ...counters.reloads, longestSwapMs: round(counters.longestSwapMs) },
    faults: Object.fromEntries(counters.faults),
    unscannedBytes: counters.sum('unscannedBytes'),
    noisy: [...counters.noisy.keys()],
  };
}

function byLabel({ found }: Counters): Record<string, number> {
  const totals = [...found.labels.values()].sort((a, b) => b.count - a.count);
  const told = totals.slice(0, MAX_LABELS).map(({ label, count }): [string, number] => [label, count]);
  const rest = totals.slice(MAX_LABELS).reduce((sum, { count }) => sum + count, 0);
  return Object.fromEntries(rest === 0 ? told : [...told, ['other', rest]]);
}

/** Every value once: not matched at all, else by its state. */
function bySecretState({ secrets }: Counters): Map<string, number> {
  const states = new Map([
    ['active', 0],
    ['retiring', 0],
    ['skipped', 0],
  ]);
  for (const [key, count] of secrets) {
    const [state = '', use] = key.split(' ');
    const told = use === 'none' ? 'skipped' : state;
    states.set(told, (states.get(told) ?? 0) + count);
  }
  return states;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Where the summary goes: opened at the start, so that a wrong path is told before the stream is read. */
export class StatsFile {
  readonly #file: number;

  /**
   * @param path `-` is stderr: stdout belongs to the redacted stream
   * @throws StartError E_STATS_OPEN
   */
  constructor(path: string) {
    try {
      this.#file = path === '-' ? 2 : openSync(path, 'w');
    } catch (error) {
      const why = `${path}: cannot be opened for writing (${errnoOf(error)}); nothing was read`;
      throw new StartError('E_STATS_OPEN', `--stats ${why}. Name a file in a directory this user can write.`);
    }
  }

  /**
   * Waits for a slow reader of stderr, which may be non-blocking, but not for ever; one that has gone wants none.
   * @returns the system's word for what went wrong, or null
   */
  async write(summary: Record<string, unknown>): Promise<string | null> {
    // On stderr one line, like the log beside it; a file is read by people too.
    const text = JSON.stringify(summary, null, this.#file === 2 ? 0 : 2);
    const bytes = Buffer.from(`${text}\n`);
    let done = 0;
    for (let tries = 0; done < bytes.length; ) {
      try {
        done += writeSync(this.#file, bytes, done);
      } catch (error) {
        const errno = errnoOf(error);
        if (errno === 'EPIPE' && this.#file === 2) return null;
        if (errno !== 'EAGAIN' || ++tries > MAX_TRIES) return errno;
        await sleep(RETRY_MS);
      }
    }
    if (this.#file !== 2) closeSync(this.#file);
    return null;
  }
}
