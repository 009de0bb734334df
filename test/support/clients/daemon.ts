import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';

export interface DaemonSetup {
  readonly command: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The configuration and the arguments, for files in `dir`, a directory of this run alone. */
  config(dir: string): string;
  argv(dir: string): readonly string[];
}

export interface Daemon {
  readonly dir: string;
  readonly stdin: Writable;
  /** Rejects when the daemon ends by itself, with what it said. */
  readonly failed: Promise<never>;
}

/**
 * Runs a real daemon as a child in the foreground, with everything it writes in a directory of its own, as
 * long as `work` takes; then it is told to end, and its directory is removed.
 */
export async function withDaemon(setup: DaemonSetup, work: (daemon: Daemon) => Promise<void>): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'unleak-daemon-'));
  writeFileSync(join(dir, 'daemon.conf'), setup.config(dir));
  const env = { PATH: process.env.PATH ?? '', ...setup.env };
  const child = spawn(setup.command, setup.argv(dir), { cwd: dir, env, stdio: 'pipe' });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
  child.stdin.on('error', () => {});
  const ended = new Promise<void>((done) => child.once('close', () => done()));
  const failed = ended.then((): never => {
    throw new Error(`${setup.command} ended: ${said}`);
  });
  failed.catch(() => {});
  try {
    await Promise.race([work({ dir, stdin: child.stdin, failed }), failed]);
  } finally {
    child.kill('SIGTERM');
    // One that still tries a server which is gone may not hear it.
    const patience = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(patience);
    rmSync(dir, { recursive: true, force: true });
  }
}

/** A record as RFC 5424 with its JSON as the message. */
export function syslogMessage(record: unknown): string {
  return `<134>1 2026-01-01T00:00:00.000Z shop bench - - - ${JSON.stringify(record)}`;
}
