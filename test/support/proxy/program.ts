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

/** An exit code, or the signal that ended the process. */
export type Ending = number | NodeJS.Signals | null;

/** A running proxy of the built program. */
export class Program {
  /** Of the routes, in their order. */
  readonly ports: number[] = [];
  /** All that it said on stderr. */
  said = '';
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr!.on('data', (bytes: Buffer) => {
      this.said += bytes.toString();
    });
    this.ended = new Promise((done) => child.once('close', (code, signal) => done(signal ?? code)));
  }

  get pid(): number {
    return this.#child.pid!;
  }

  /** Log lines with this code. */
  lines(code: string): string[] {
    return this.said.split('\n').filter((line) => line.includes(`"${code}"`));
  }

  /** Log lines that tell of trouble. */
  get troubles(): string[] {
    return this.said.split('\n').filter((line) => /"(?:E_|W_)/.test(line));
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  terminate(): void {
    this.signal('SIGTERM');
  }

  /** Bytes in memory (VmRSS of proc_pid_status(5)). */
  get residentBytes(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)![1]) * 1024;
  }

  /** Open file descriptors. */
  get descriptors(): number {
    return readdirSync(`/proc/${this.pid}/fd`).length;
  }

  /** Settles with the ports once so many routes listen. */
  listening(count: number): Promise<readonly number[]> {
    return new Promise((done, fail) => {
      this.#child.stderr!.on('data', () => {
        const lines = this.lines('LISTENING').filter((line) => line.endsWith('}'));
        const found = lines.map((line) =>
          /127\.0\.0\.1:(\d+)/.exec((JSON.parse(line) as { msg: string }).msg),
        );
        if (this.ports.length > 0 || found.length < count) return;
        this.ports.push(...found.map((one) => Number(one![1])));
        done(this.ports);
      });
      void this.ended.then(() => fail(new Error(`the proxy ended before it listened: ${this.said}`)));
    });
  }
}

/** Starts the built proxy with the secrets in `dir`; wait for it to be `listening`. */
export function launch(dir: string, { routes, flags = [] }: Omit<ProgramSetup, 'secrets'>): Program {
  const argv = [MAIN, 'proxy', '--secrets-dir', dir, '--log-level', 'info', '--drain', '1s', ...flags];
  return new Program(
    spawn(process.execPath, [...argv, ...routes.flatMap((route) => ['--route', route])], {
      env: { PATH: process.env.PATH ?? '' },
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
  );
}

/** Starts the built proxy; settles once every route listens. What ends it is added to `closing`. */
export async function startProgram({ secrets, ...setup }: ProgramSetup, closing: Closing): Promise<Program> {
  const dir = mkdtempSync(join(tmpdir(), 'unleak-proxy-'));
  for (const [name, value] of Object.entries(secrets)) writeFileSync(join(dir, name), value);
  const program = launch(dir, setup);
  closing.push(async () => {
    program.terminate();
    await program.ended;
    rmSync(dir, { recursive: true, force: true });
  });
  await program.listening(setup.routes.length);
  return program;
}
