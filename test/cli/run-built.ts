import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach } from 'vitest';

export const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Given {
  readonly input?: string | Buffer;
  /** The whole environment beside PATH. */
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** Another copy of the program. */
  readonly main?: string;
}

const made: string[] = [];
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true, force: true });
});

/** A directory of the test's own, removed after it. */
export function scratch(): string {
  const dir = mkdtempSync(join(tmpdir(), 'unleak-cli-'));
  made.push(dir);
  return dir;
}

/** Runs the built program to its end. */
export function unleak(
  argv: readonly string[],
  { input = '', env = {}, cwd = scratch(), main = MAIN }: Given = {},
): Promise<Ended> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [main, ...argv], {
      cwd,
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: 'pipe',
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => err.push(bytes));
    child.once('error', fail);
    // The program may end without reading.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    child.once('close', (code, signal) =>
      done({ code, signal, stdout: Buffer.concat(out).toString(), stderr: Buffer.concat(err).toString() }),
    );
  });
}
