import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Only what the test gives is a secret; the log tells warnings. */
export const QUIET = ['--secret-env', 'UNLEAK_TEST_NONE', '--log-level', 'warn'] as const;

const made: string[] = [];
const living = new Set<ChildProcess>();
afterEach(() => {
  for (const child of living) child.kill('SIGKILL');
  living.clear();
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
});

/** A directory of the test's own, removed after it. */
export function scratch(): string {
  const dir = mkdtempSync(join(tmpdir(), 'unleak-e2e-'));
  made.push(dir);
  return dir;
}

/** A process of the test's, with its output as it comes. */
export class Running {
  readonly child: ChildProcess;
  /** Code and signal, once it has ended and its output was read. */
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
  stdout = Buffer.alloc(0);
  stderr = Buffer.alloc(0);
  readonly #waiting = new Set<() => void>();

  constructor(command: string, argv: readonly string[], stdio: StdioOptions = 'pipe') {
    const env = {
      PATH: process.env.PATH ?? '',
      NODE: process.execPath,
      UNLEAK: `${process.execPath} ${MAIN}`,
    };
    this.child = spawn(command, argv, { stdio, env: { ...env, QUIET: QUIET.join(' ') } });
    living.add(this.child);
    this.child.stdin?.on('error', () => {});
    this.child.stdout?.on('data', (bytes: Buffer) => this.#take('stdout', bytes));
    this.child.stderr?.on('data', (bytes: Buffer) => this.#take('stderr', bytes));
    this.ended = new Promise((done) => {
      this.child.once('close', (code, signal) => {
        living.delete(this.child);
        done({ code, signal });
        for (const look of this.#waiting) look();
      });
    });
  }

  /** Resolves when `text` has come; rejects with what came when the process ended without. */
  until(stream: 'stdout' | 'stderr', text: string): Promise<void> {
    return new Promise((done, fail) => {
      const look = (): void => {
        const came = this[stream].includes(text);
        if (!came && this.child.exitCode === null && this.child.signalCode === null) return;
        this.#waiting.delete(look);
        if (came) done();
        else fail(new Error(`ended without it; stderr: ${this.stderr.toString()}`));
      };
      this.#waiting.add(look);
      look();
    });
  }

  #take(stream: 'stdout' | 'stderr', bytes: Buffer): void {
    this[stream] = Buffer.concat([this[stream], bytes]);
    for (const look of [...this.#waiting]) look();
  }
}

/** The built program. */
export function startUnleak(argv: readonly string[], stdio?: StdioOptions): Running {
  return new Running(process.execPath, [MAIN, ...argv], stdio);
}

/** A script of bash, for real pipes; `$UNLEAK` is the program, `$QUIET` its usual flags, `$NODE` this node. */
export function bash(script: string, stdio?: StdioOptions): Running {
  // Without --norc bash takes a socket on stdin for a remote login and reads the user's files.
  return new Running('bash', ['--norc', '-c', script], stdio);
}
