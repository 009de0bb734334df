import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchMaterial } from './engine.ts';
import { ownDetectorFile } from './own-patterns.ts';
import type { Haystack } from './planted.ts';
import { ProxyStage } from './proxy-stage.ts';
import type { HaystackSpec } from './scenario.ts';
import { benchValues } from './values.ts';

/** A haystack on disk, without its bytes. */
export interface HaystackFile extends Omit<Haystack, 'bytes'> {
  readonly path: string;
  readonly bytes: number;
}

/** What is worth keeping from run to run. */
const CACHE = fileURLToPath(new URL('../../unleak-bench-kept/', import.meta.url));

/** Where a run of the benchmark keeps its files; `close()` removes them. Everything in it is made up. */
export class Workshop {
  readonly dir = mkdtempSync(join(tmpdir(), 'unleak-bench-'));
  readonly quick: boolean;
  /** The proxies under measurement. */
  readonly stage = new ProxyStage();
  readonly #haystacks = new Map<string, Promise<HaystackFile>>();
  readonly #secretDirs = new Map<string, string>();
  #ownFile: string | null = null;

  constructor(quick: boolean) {
    this.quick = quick;
  }

  path(name: string): string {
    return join(this.dir, name);
  }

  /** A file kept for the next run, found again by its name and by what it was made of. */
  kept(name: string, madeOf: string): string {
    mkdirSync(CACHE, { recursive: true });
    return join(CACHE, `${name}-${createHash('sha256').update(madeOf).digest('hex').slice(0, 16)}`);
  }

  /** Generates the haystack the first time. */
  haystack(spec: HaystackSpec): Promise<HaystackFile> {
    const made = this.#haystacks.get(spec.name) ?? this.#make(spec);
    this.#haystacks.set(spec.name, made);
    return made;
  }

  async #make(spec: HaystackSpec): Promise<HaystackFile> {
    const size = (this.quick ? spec.quick : spec.full) * 1e6;
    const { bytes, ...counts } = spec.make(size, await benchMaterial(spec.values));
    const path = this.path(`${spec.name}.log`);
    writeFileSync(path, bytes);
    return { ...counts, path, bytes: bytes.length };
  }

  /** Removes what is large. */
  async drop(spec: HaystackSpec): Promise<void> {
    const file = await this.#haystacks.get(spec.name);
    this.#haystacks.delete(spec.name);
    if (file !== undefined) rmSync(file.path);
  }

  /** A mounted Secret with so many values, as the kubelet lays it out; `swapTo` turns it to another generation. */
  secretsDir(count: number, seeds: readonly number[] = [7]): string {
    const key = `secrets-${count}-${seeds.length}`;
    const known = this.#secretDirs.get(key);
    if (known !== undefined) return known;
    const dir = this.path(key);
    mkdirSync(dir);
    for (const seed of seeds) {
      mkdirSync(join(dir, `..${seed}`));
      benchValues(count, seed).forEach((value, nth) => {
        writeFileSync(join(dir, `..${seed}`, `s${nth}`), value);
      });
    }
    swapTo(dir, seeds[0]!);
    for (let nth = 0; nth < count; nth++) symlinkSync(`..data/s${nth}`, join(dir, `s${nth}`));
    this.#secretDirs.set(key, dir);
    return dir;
  }

  /** The detector file with the user's own patterns. */
  ownFile(): string {
    if (this.#ownFile === null) {
      this.#ownFile = this.path('own.yaml');
      writeFileSync(this.#ownFile, ownDetectorFile());
    }
    return this.#ownFile;
  }

  close(): void {
    this.stage.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** One rename, as the kubelet does it. */
export function swapTo(dir: string, seed: number): void {
  symlinkSync(`..${seed}`, join(dir, '..data_tmp'));
  renameSync(join(dir, '..data_tmp'), join(dir, '..data'));
}
