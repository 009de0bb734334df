import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { QUIET, type Running, startUnleak } from '../e2e/running.ts';
import { AtomicVolume } from '../support/atomic-writer.ts';

export interface RotationReport {
  readonly lines: number;
  readonly linesPerSecond: number;
  /** Lines that did not come out as they must: lost, twice, out of order, or with a value in them. */
  readonly wrong: readonly string[];
  /** From the decision to reload to the swap of the matcher. */
  readonly longestSwapMs: number;
  readonly addedLatencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly generations: number;
}

export interface RotationPlan {
  readonly dir: string;
  readonly swaps: number;
  readonly linesPerSecond: number;
}

const TICK_MS = 20;

/**
 * Runs lines that leak the newest and some older value through the filter while a mounted Secret is
 * swapped again and again. The new value is leaked from the swap on, at once, without waiting for anybody:
 * what was written after the swap is redacted after the filter has heard of it.
 */
export async function rotateUnderFire(plan: RotationPlan): Promise<RotationReport> {
  const volume = new AtomicVolume(join(plan.dir, 'shop'));
  const values = [mint()];
  await volume.write({ password: values[0]! });
  const stats = join(plan.dir, 'stats');
  const admin = `127.0.0.1:${await freePort()}`;
  const flags = ['--secrets-dir', volume.dir, '--stats', stats, '--metrics', admin, '--no-detectors'];
  const run = startUnleak([...QUIET, ...flags]);
  run.child.stdout!.removeAllListeners('data');
  const check = new LineCheck(run);
  await runs(admin, 1);
  const fire = new Fire(run, values, plan.linesPerSecond);
  const started = performance.now();
  const firing = fire.go();
  for (let swap = 1; swap <= plan.swaps; swap++) {
    const next = mint();
    await volume.write({ password: next }, { afterSwap: () => void values.push(next) });
    await runs(admin, swap + 1);
  }
  fire.stop();
  await firing;
  const seconds = (performance.now() - started) / 1000;
  run.child.stdin!.end();
  await run.ended;
  const told = JSON.parse(readFileSync(stats, 'utf8'));
  return {
    lines: fire.lines,
    linesPerSecond: Math.round(fire.lines / seconds),
    wrong: check.finish(fire.lines),
    longestSwapMs: told.reloads.longestSwapMs,
    addedLatencyMs: told.addedLatencyMs,
    generations: told.generation,
  };
}

/** Resolves when the program says in its metrics that the generation is in use. */
async function runs(admin: string, generation: number): Promise<void> {
  for (;;) {
    const text = await fetch(`http://${admin}/metrics`).then(
      (answer) => answer.text(),
      () => '', // not listening yet
    );
    if (Number(/^unleak_generation (\d+)/m.exec(text)?.[1]) >= generation) return;
    await pause(5);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** 36 characters: a multiple of three, so that its base64 is replaced to the character. */
function mint(): string {
  return randomBytes(18).toString('hex');
}

/** Writes lines at a rate; the newest value plain, any older one in base64. */
class Fire {
  lines = 0;
  readonly #run: Running;
  readonly #values: readonly string[];
  readonly #aTick: number;
  #stopped = false;

  constructor(run: Running, values: readonly string[], linesPerSecond: number) {
    this.#run = run;
    this.#values = values;
    this.#aTick = Math.round((linesPerSecond * TICK_MS) / 1000);
  }

  stop(): void {
    this.#stopped = true;
  }

  async go(): Promise<void> {
    for (let due = performance.now(); !this.#stopped; due += TICK_MS) {
      const late = performance.now() - due;
      if (late < 0) await pause(-late);
      if (!this.#run.child.stdin!.write(this.#tick())) await once(this.#run.child.stdin!, 'drain');
    }
  }

  #tick(): string {
    const newest = this.#values.at(-1)!;
    const encoded = this.#values.map((value) => Buffer.from(value).toString('base64'));
    const lines: string[] = [];
    for (let i = 0; i < this.#aTick; i++, this.lines++) {
      lines.push(`n=${this.lines} password=${newest} old ${encoded[this.lines % encoded.length]} end\n`);
    }
    return lines.join('');
  }
}

/** Compares every line with what it must be, as it comes. */
class LineCheck {
  readonly #wrong: string[] = [];
  #next = 0;
  #rest = '';

  constructor(run: Running) {
    run.child.stdout!.on('data', (bytes: Buffer) => this.#take(bytes.toString('latin1')));
  }

  finish(lines: number): readonly string[] {
    if (this.#rest !== '') this.#wrong.push('bytes after the last line');
    if (this.#next !== lines) this.#wrong.push(`${lines} lines in, ${this.#next} out`);
    return this.#wrong;
  }

  #take(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop()!;
    for (const line of lines) {
      const mask = '[REDACTED:shop/password]';
      const must = `n=${this.#next} password=${mask} old ${mask} end`;
      if (line !== must && this.#wrong.length < 5)
        this.#wrong.push(`line ${this.#next} is not as it must be`);
      this.#next++;
    }
  }
}
