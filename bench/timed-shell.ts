import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Sample } from './scenario.ts';
import type { Workshop } from './workshop.ts';

/** What a shell's `time` says. */
export interface Times {
  readonly seconds: number;
  /** User and system time of every process in it. */
  readonly cpuSeconds: number;
  readonly stdout: string;
}

/**
 * Runs a script of bash and times all of it. The environment is empty but for PATH, so that no secret of
 * ours is one of unleak's.
 * @param words `$1`, `$2`, ... of the script
 * @throws Error with what it wrote to stderr when it fails
 */
export async function timedShell(
  workshop: Workshop,
  script: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Times> {
  const times = workshop.path('times');
  const whole = `set -o pipefail; TIMEFORMAT='%3R %3U %3S'; { time { ${script}; } 2>&3; } 3>&2 2>"$TIMES"`;
  const child = spawn('bash', ['--norc', '-c', whole, 'bench', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH ?? '', NODE: process.execPath, TIMES: times, ...env },
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (bytes: Buffer) => {
    stdout += bytes.toString('latin1');
  });
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  const code = await new Promise<number | null>((done, fail) => {
    child.once('error', fail);
    child.once('close', done);
  });
  if (code !== 0) throw new Error(`\`${script}\` ended with ${code}: ${stderr.trim().slice(0, 2000)}`);
  const [seconds = 0, user = 0, system = 0] = readFileSync(times, 'utf8').trim().split(' ').map(Number);
  return { seconds, cpuSeconds: user + system, stdout };
}

/** What these times are for so many bytes. */
export function ratesOf(bytes: number, { seconds, cpuSeconds }: Times): Sample {
  return { rate: bytes / 1e6 / seconds, cpuRate: bytes / 1e6 / cpuSeconds };
}
