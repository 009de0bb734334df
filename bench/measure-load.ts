import { existsSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Load } from './load.ts';
import { LOAD_LEAK_EVERY, LoadLines } from './load-lines.ts';
import { flagsOf, MAIN } from './measure-pipe.ts';
import type { Run, Sample } from './scenario.ts';
import { benchValues } from './values.ts';
import { swapTo, type Workshop } from './workshop.ts';
import { checkCount } from './wrong-count-error.ts';

/** Seconds of load: until both sides are warm, and on the clock. */
const WARM_UP = { full: 3, quick: 1 };
const ON_CLOCK = { full: 10, quick: 2 };
/** The new values are looked for in the output this long after they are in force. */
const AFTER_RELOAD_MS = 500;
const RELOAD_LIMIT_MS = 60_000;
/** Seeds of the values before and after. */
const SEEDS = [7, 8] as const;
const RELOADED = 10_000;

/** Latency of 50,000 lines/s through the command; under `reload`, the worst line from the swap on. */
export async function measureLoad(run: Extract<Run, { kind: 'load' }>, workshop: Workshop): Promise<Sample> {
  const secrets = run.reload === null ? 1000 : RELOADED;
  const dir = workshop.secretsDir(secrets, run.reload === null ? [SEEDS[0]] : SEEDS);
  swapTo(dir, SEEDS[0]);
  if (run.reload !== null) place(dir, run.reload === 'known');
  // Made ahead: that takes a quarter of a second, in which nothing would be sent.
  const fresh = run.reload === null ? null : new LoadLines(benchValues(secrets, SEEDS[1]));
  const stats = workshop.path('load-stats.json');
  const argv = run.command === 'cat' ? ['cat'] : await unleakArgv(secrets, dir, stats, workshop);
  const load = new Load(workshop, argv, new LoadLines(benchValues(secrets, SEEDS[0])));
  try {
    const log = watchLog(load);
    await load.start();
    await seconds(WARM_UP, workshop);
    load.clear();
    if (fresh !== null && run.command === 'unleak')
      await reload(load, dir, run.reload === 'new' ? log : null, fresh);
    await seconds(ON_CLOCK, workshop);
    // What it takes on its way out is not on the clock.
    const ms = (quantile: number): number => load.histogram.getValueAtPercentile(quantile) / 1000;
    const sample = {
      p50: ms(50),
      p99: ms(99),
      p999: ms(99.9),
      worst: load.histogram.maxValue / 1000,
    };
    await load.end();
    if (run.command === 'unleak') checkLeaks(stats, load.sent);
    return sample;
  } finally {
    load.child.kill('SIGKILL');
  }
}

async function unleakArgv(
  secrets: number,
  dir: string,
  stats: string,
  workshop: Workshop,
): Promise<string[]> {
  const engine = { secrets, detectors: 'all', own: false } as const;
  const flags = await flagsOf(engine, 'auto', workshop, dir);
  // Of the levels the last one said is in force.
  return [process.execPath, MAIN, ...flags, '--log-level', 'info', '--stats', stats];
}

const seconds = (of: { full: number; quick: number }, { quick }: Workshop): Promise<void> =>
  pause(1000 * (quick ? of.quick : of.full));

/** The values that come lie in the directory, or beside it until the swap. */
function place(dir: string, inside: boolean): void {
  const [there, apart] = [join(dir, `..${SEEDS[1]}`), `${dir}-apart`];
  if (inside && existsSync(apart)) renameSync(apart, there);
  if (!inside && existsSync(there)) renameSync(there, apart);
}

/**
 * Swaps the directory, waits until unleak says that it runs the new values, and leaks those.
 * @param log what it says; null when it knows the values already, and has nothing to say
 */
async function reload(load: Load, dir: string, log: (() => string) | null, fresh: LoadLines): Promise<void> {
  const before = log?.().length;
  place(dir, true);
  swapTo(dir, SEEDS[1]);
  for (let waited = 0; log !== null && !/generation \d+ runs/.test(log().slice(before)); waited += 10) {
    if (waited > RELOAD_LIMIT_MS) throw new Error(`no reload in a minute; it said: ${log()}`);
    await pause(10);
  }
  load.use(fresh);
  await pause(AFTER_RELOAD_MS);
}

/** What the command says on stderr. */
function watchLog(load: Load): () => string {
  let text = '';
  load.child.stderr!.on('data', (bytes: Buffer) => {
    text += bytes.toString();
  });
  return () => text;
}

function checkLeaks(stats: string, sent: number): void {
  const { findings } = JSON.parse(readFileSync(stats, 'utf8')) as { findings: { count: number } };
  checkCount('unleak under load', findings.count, Math.floor(sent / LOAD_LEAK_EVERY));
}
