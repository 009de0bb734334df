import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDetectors } from '../src/config/detector-files.ts';
import { PROJECT } from './project.ts';
import type { HaystackSpec, Sample } from './scenario.ts';
import { ratesOf, timedShell } from './timed-shell.ts';
import { benchValues } from './values.ts';
import type { Workshop } from './workshop.ts';
import { checkCount } from './wrong-count-error.ts';

/** A tool that others built, if this machine has it. */
interface Yardstick {
  /** Why it cannot be used here; null when it can. */
  readonly missing: string | null;
}

/** A database of Hyperscan, and what is in it. */
interface Database {
  readonly path: string;
  readonly lines: readonly string[];
  readonly names: readonly string[];
}

const has = (command: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0;

const beside = (name: string): string => join(PROJECT, 'bench/yardsticks', name);

/** `rg -c -F -f values f`: counts lines with a raw value in them. */
export class Ripgrep implements Yardstick {
  readonly missing = has('rg') ? null : 'rg is not installed (apt-get install ripgrep)';

  /** @throws WrongCountError */
  async measure(haystack: HaystackSpec, workshop: Workshop): Promise<Sample> {
    const file = await workshop.haystack(haystack);
    const values = workshop.path('values');
    writeFileSync(values, benchValues(haystack.values).join('\n'));
    const result = await timedShell(workshop, 'rg -c -F -f "$1" "$2"', [values, file.path]);
    checkCount(`rg in ${file.path}`, Number(result.stdout), file.plain);
    return ratesOf(file.bytes, result);
  }
}

/** Fluent Bit's `tail` and a Lua filter with ten patterns, what its users write against secrets. */
export class FluentBit implements Yardstick {
  /** Its own packages put it where no PATH leads. */
  readonly #program = ['fluent-bit', '/opt/fluent-bit/bin/fluent-bit'].find(has);
  readonly missing =
    this.#program === undefined ? 'fluent-bit is not installed (docs.fluentbit.io has packages)' : null;

  /** Only what a pattern can know is sought: no secret's value. @throws WrongCountError */
  async measure(haystack: HaystackSpec, workshop: Workshop): Promise<Sample> {
    const file = await workshop.haystack(haystack);
    const count = workshop.path('fluent-bit-count');
    writeFileSync(count, '0');
    const words = [this.#program!, beside('fluent-bit.conf')];
    const result = await timedShell(workshop, '"$1" -q -c "$2"', words, {
      BENCH_FILE: file.path,
      BENCH_LUA: beside('redact.lua'),
      BENCH_COUNT: count,
    });
    checkCount(`Fluent Bit in ${file.path}`, Number(readFileSync(count, 'utf8')), file.foreign);
    return ratesOf(file.bytes, result);
  }
}

/** Hyperscan through a small program of our own, compiled here. */
export class Hyperscan implements Yardstick {
  readonly missing: string | null;
  readonly #program: string;
  readonly #notes = new Set<string>();
  readonly #databases = new Map<boolean, Promise<string>>();

  constructor(workshop: Workshop) {
    this.#program = workshop.path('hyperscan');
    const built = has('cc')
      ? spawnSync('cc', ['-O2', '-o', this.#program, beside('hyperscan.c'), '-lhs'], { encoding: 'utf8' })
          .status === 0
      : false;
    this.missing = built
      ? null
      : 'Hyperscan or a C compiler is not installed (apt-get install libhyperscan-dev gcc)';
  }

  /** What the reader of its figures should know: patterns left out. */
  notes(): readonly string[] {
    return [...this.#notes];
  }

  /** Why it cannot do this run: not installed, or nobody has the minutes that its compiler takes. */
  async missingFor(
    run: { readonly haystack: HaystackSpec; readonly patterns: boolean },
    workshop: Workshop,
  ): Promise<string | null> {
    if (this.missing !== null || !workshop.quick || !run.patterns) return this.missing;
    const { path } = await databaseOf(run.haystack.values, run.patterns, workshop);
    return existsSync(path) ? null : 'a run without --quick compiles its database, which takes minutes';
  }

  /** @throws WrongCountError where only raw values are sought: of a pattern it names every possible end */
  async measure(haystack: HaystackSpec, patterns: boolean, workshop: Workshop): Promise<Sample> {
    const file = await workshop.haystack(haystack);
    const made = this.#databases.get(patterns) ?? this.#compile(haystack.values, patterns, workshop);
    this.#databases.set(patterns, made);
    const words = [this.#program, await made, file.path];
    const { stdout } = await timedShell(workshop, '"$1" scan "$2" "$3"', words);
    const report = JSON.parse(stdout) as { matches: number; seconds: number; cpuSeconds: number };
    if (!patterns) checkCount(`Hyperscan in ${file.path}`, report.matches, file.plain);
    const cpuRate = file.bytes / 1e6 / report.cpuSeconds;
    return { rate: file.bytes / 1e6 / report.seconds, cpuRate, settledRate: cpuRate };
  }

  /** Compiling hundreds of detectors takes Hyperscan minutes: the database is kept for the next run. */
  async #compile(values: number, patterns: boolean, workshop: Workshop): Promise<string> {
    const { path, lines, names } = await databaseOf(values, patterns, workshop);
    if (!existsSync(path)) {
      const list = workshop.path('patterns');
      writeFileSync(list, `${lines.join('\n')}\n`);
      const words = [this.#program, list, workshop.path('database')];
      const { stdout } = await timedShell(workshop, '"$1" compile "$2" "$3"', words);
      writeFileSync(`${path}.refused`, stdout);
      writeFileSync(path, readFileSync(words[2]!));
    }
    const refused = readFileSync(`${path}.refused`, 'utf8').split('\n').filter(Boolean).map(Number);
    if (refused.length > 0) {
      const told = refused.map((line) => names[line - 1 - values] ?? `line ${line}`).join(', ');
      this.#notes.add(`Hyperscan refuses ${refused.length} of ${names.length} patterns: ${told}`);
    }
    return path;
  }
}

async function databaseOf(values: number, patterns: boolean, workshop: Workshop): Promise<Database> {
  const literals = benchValues(values).map((value) => `l${Buffer.from(value).toString('hex')}`);
  const request = { builtin: true, select: ['all'], files: [] };
  const specs = patterns ? (await loadDetectors(request)).specs : [];
  const lines = [...literals, ...specs.map(({ pattern }) => `p${pattern.replaceAll('\n', '\\n')}`)];
  return { path: workshop.kept('hyperscan', lines.join('\n')), lines, names: specs.map(({ id }) => id) };
}
