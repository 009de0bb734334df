import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CompiledNeedles } from '../engine/compile-needles.ts';
import type { Secret } from '../engine/secret.ts';

/** What the thread is given. */
export interface CompileTask {
  /** The values, one behind the other; overwritten by this side when the thread is done, however it ends. */
  readonly shared: SharedArrayBuffer;
  readonly sizes: Uint32Array;
  readonly near: boolean;
}

/** Beside the compiled files; under a test runner this file stands in src/ and the build in dist/. */
const PLACES = ['../pipeline/compile-worker.js', '../../dist/pipeline/compile-worker.js'];

/** The values could not be compiled: the thread failed. Its own words may quote a value and are left out. */
export class CompileThreadError extends Error {
  readonly code = 'E_COMPILE_THREAD';

  constructor(values: number, why: string) {
    super(
      `the thread that compiles ${values} secret values failed (${why}); the values in use before stay in use. Reload again (HUP); if it stays so, give the container more memory or fewer Secrets.`,
    );
  }
}

/**
 * Compiles the secrets' values in a thread of their own, so that no stream waits: 10,000 of them take about
 * a second there, and starting it takes 40 ms. The tables come back without a copy.
 * @param file what the thread runs
 * @throws CompileThreadError
 */
export async function compileApart(
  secrets: readonly Secret[],
  near: boolean,
  file: string | undefined = findWorker(),
): Promise<CompiledNeedles> {
  const sizes = Uint32Array.from(secrets, ({ length }) => length);
  const shared = new SharedArrayBuffer(sizes.reduce((sum, size) => sum + size, 0));
  const bytes = new Uint8Array(shared);
  let at = 0;
  for (const secret of secrets) {
    bytes.set(secret.reveal(), at);
    at += secret.length;
  }
  try {
    return await inThread({ shared, sizes, near }, file);
  } finally {
    bytes.fill(0);
  }
}

function findWorker(): string | undefined {
  return PLACES.map((place) => fileURLToPath(new URL(place, import.meta.url))).find(existsSync);
}

async function inThread(task: CompileTask, file: string | undefined): Promise<CompiledNeedles> {
  const { Worker } = await import('node:worker_threads');
  const failed = (why: string): CompileThreadError => new CompileThreadError(task.sizes.length, why);
  return new Promise((resolve, reject) => {
    if (file === undefined) {
      reject(failed('compile-worker.js is missing: run `npm run build`, or reinstall'));
      return;
    }
    // No environment and no flags: neither secrets in variables nor a profiler go along.
    const thread = new Worker(file, { workerData: task, env: {}, execArgv: [], name: 'unleak compile' });
    thread.once('message', resolve);
    thread.once('messageerror', () => reject(failed('its answer cannot be read')));
    thread.once('error', (error) => reject(failed(nameOf(error))));
    thread.once('exit', (code) => reject(failed(`exit code ${code}`)));
  });
}

function nameOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^[A-Z_]+$/.test(code)
    ? code
    : String((error as Error | null)?.constructor?.name);
}
