import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EngineSettings, selectorsOf } from './engine.ts';
import { PROJECT } from './project.ts';
import { expectedFindings, type HaystackSpec, type Run, type Sample } from './scenario.ts';
import { ratesOf, timedShell } from './timed-shell.ts';
import type { Workshop } from './workshop.ts';
import { checkCount } from './wrong-count-error.ts';

/** Megabytes through a pipe: a process that starts in 0.2 s has to be dwarfed by what it does. */
const THROUGH = { full: 256, quick: 96 };
export const MAIN = join(PROJECT, 'dist/main.js');
const PEAK = new URL('./peak.js', import.meta.url).href;

/**
 * unleak's flags: the secrets of a directory and nothing of this machine's.
 * @param format null where there is none
 */
export async function flagsOf(
  engine: EngineSettings,
  format: string | null,
  workshop: Workshop,
  secretsDir = workshop.secretsDir(engine.secrets),
): Promise<string[]> {
  const select = await selectorsOf(engine);
  return [
    ...['--secrets-dir', secretsDir, '--secret-env', 'UNLEAK_BENCH_NONE'],
    ...(select.length === 0 ? ['--no-detectors'] : ['--detectors', select.join(',')]),
    ...(engine.own ? ['--detectors-file', workshop.ownFile()] : []),
    ...(format === null ? [] : ['--format', format]),
    ...['--log-level', 'warn'],
  ];
}

/** How often a file goes through, so that it is as much as it should be. */
function times(bytes: number, workshop: Workshop): number {
  const most = workshop.quick ? THROUGH.quick : THROUGH.full;
  return Math.max(1, Math.round((most * 1e6) / bytes));
}

/** `cat f | unleak > /dev/null`. @throws WrongCountError */
export async function measureFilter(
  run: Extract<Run, { kind: 'filter' | 'memory' }>,
  workshop: Workshop,
): Promise<Sample> {
  const file = await workshop.haystack(run.haystack);
  const repeat = times(file.bytes, workshop);
  const stats = workshop.path('stats.json');
  const peak = workshop.path('peak');
  const measuring = run.kind === 'memory' ? ['--import', PEAK] : [];
  const argv = [...measuring, MAIN, ...(await flagsOf(run.engine, run.format, workshop)), '--stats', stats];
  const result = await timedShell(
    workshop,
    'file="$1"; repeat="$2"; shift 2; cat $(yes "$file" | head -n "$repeat") | "$NODE" "$@" >/dev/null',
    [file.path, String(repeat), ...argv],
    { BENCH_PEAK: peak },
  );
  const { findings } = JSON.parse(readFileSync(stats, 'utf8')) as { findings: { count: number } };
  checkCount(`unleak from ${file.path}`, findings.count, expectedFindings(file, run.engine) * repeat);
  if (run.kind === 'memory') return { peakMb: (Number(readFileSync(peak, 'utf8')) * 1024) / 1e6 };
  return ratesOf(file.bytes * repeat, result);
}

/** `cat f | cat > /dev/null` */
export async function measureCat(haystack: HaystackSpec, workshop: Workshop): Promise<Sample> {
  const file = await workshop.haystack(haystack);
  const repeat = times(file.bytes, workshop);
  const script = 'cat $(yes "$1" | head -n "$2") | cat >/dev/null';
  return ratesOf(file.bytes * repeat, await timedShell(workshop, script, [file.path, String(repeat)]));
}

/** Starts in a round: one alone says little. */
const STARTS = 3;

/** `echo x | unleak` with 100 secrets, or the smallest program of Node. */
export async function measureStart(command: 'unleak' | 'node', workshop: Workshop): Promise<Sample> {
  const flags = await flagsOf({ secrets: 100, detectors: 'all', own: false }, 'auto', workshop);
  const argv = command === 'node' ? ['-e', '0'] : [MAIN, ...flags];
  const all: number[] = [];
  for (let n = 0; n < STARTS; n++) {
    const { seconds } = await timedShell(workshop, 'echo x | "$NODE" "$@" >/dev/null', argv);
    all.push(seconds * 1000);
  }
  return { ms: all.sort((a, b) => a - b)[STARTS >> 1]! };
}
