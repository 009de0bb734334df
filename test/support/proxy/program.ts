import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BUILD = process.env.UNLEAK_BUILD ?? fileURLToPath(new URL('../../../dist/', import.meta.url));
export const MAIN = join(BUILD, 'main.js');

/** What ends what a test started, in the order of starting. */
export type Closing = (() => Promise<void>)[];

/** Ends it all, the last first. */
export async function closeAll(closing: Closing): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close();
}

export interface ProgramSetup {
  /** As in `--route`; each listens on port 0 of 127.0.0.1, in this order. */
  readonly routes: readonly string[];
  /** File name -> value. */
  readonly secrets: Readonly<Record<string, string>>;
  /** More flags; without them it says `info` and drains for a second. */
  readonly flags?: readonly string[];
}

/** A running proxy of the built program. */
export class Program {
  /** Of the routes, in their order. */
  readonly ports: number[] = [];
  /** All that it said on stderr. */
  said = '';
  /** Its exit code; null where a signal ended it. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr!.on('data', (bytes: Buffer) => {
      this.said += bytes.toString();
    });
    this.ended = new Promise((done) => child.once('close', done));
  }

  /** Log lines with this code. */
  lines(code: string): string[] {
    return this.said.split('\n').filter((line) => line.includes(`"${code}"`));
  }

  /** Log lines that tell of trouble. */
  get troubles(): string[] {
    return this.said.split('\n').filter((line) => /"(?:E_|W_)/.test(line));
  }

  terminate(): void {
    this.#child.kill('SIGTERM');
  }

  /** Bytes in memory (VmRSS of proc_pid_status(5)). */
  get residentBytes(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024;
  }

  /** Open file descriptors. */
  get descriptors(): number {
    return readdirSync(`/proc/${this.#child.pid}/fd`).length;
  }
}

/** Starts the built proxy; settles once every route listens. What ends it is added to `closing`. */
export async function startProgram(
  { routes, secrets, flags = [] }: ProgramSetup,
  closing: Closing,
): Promise<Program> {
  const dir = mkdtempSync(join(tmpdir(), 'unleak-proxy-'));
  for (const [name, value] of Object.entries(secrets)) writeFileSync(join(dir, name), value);
  const argv = [MAIN, 'proxy', '--secrets-dir', dir, '--log-level', 'info', '--drain', '1s', ...flags];
  const child = spawn(process.execPath, [...argv, ...routes.flatMap((route) => ['--route', route])], {
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const program = new Program(child);
  closing.push(async () => {
    child.kill('SIGTERM');
    await program.ended;
    rmSync(dir, { recursive: true, force: true });
  });
  await listening(program, child, routes.length);
  return program;
}

function listening(program: Program, child: ChildProcess, count: number): Promise<void> {
  return new Promise((done, fail) => {
    child.stderr!.on('data', () => {
      const lines = program.lines('LISTENING').filter((line) => line.endsWith('}'));
      const ports = lines.map((line) => /127\.0\.0\.1:(\d+)/.exec((JSON.parse(line) as { msg: string }).msg));
      if (program.ports.length > 0 || ports.length < count) return;
      program.ports.push(...ports.map((found) => Number(found![1])));
      done();
    });
    void program.ended.then(() => fail(new Error(`the proxy ended before it listened: ${program.said}`)));
  });
}
