import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDetectors } from '../src/config/detector-files.ts';
import type { HaystackSpec, Sample } from './scenario.ts';
import { timedShell } from './timed-shell.ts';
import { benchValues } from './values.ts';
import { PROJECT, type Workshop } from './workshop.ts';
import { checkCount } from './wrong-count-error.ts';

/** A tool that others built, if this machine has it. */
export interface Yardstick {
  /** Why it cannot be used here; null when it can. */
  readonly missing: string | null;
  /** What the reader of its figures should know, for example patterns left out. */
  notes(): readonly string[];
}

const has = (command: string): boolean =>
  spawnSync('sh', ['-c', `command -v ${command}`], { stdio: 'ignore' }).status === 0;

/** `rg -c -F -f values f`: counts lines with a raw value in them. */
export class Ripgrep implements Yardstick {
  readonly missing = has('rg') ? null : 'rg is not installed (apt-get install ripgrep)';

  notes(): string[] {
    return [];
  }

  /** @throws WrongCountError */
  async measure(haystack: HaystackSpec, workshop: Workshop): Promise<Sample> {
    const file = await workshop.haystack(haystack);
    const values = workshop.path('values');
    writeFileSync(values, benchValues(haystack.values).join('\n'));
    const result = await timedShell(workshop, 'rg -c -F -f "$1" "$2"', [values, file.path]);
    checkCount(`rg in ${file.path}`, Number(result.stdout), file.plain);
    return { rate: file.bytes / 1e6 / result.seconds, cpuRate: file.bytes / 1e6 / result.cpuSeconds };
  }
}

/** Hyperscan through a small program of our own, compiled here. */
export class Hyperscan implements Yardstick {
  readonly missing: string | null;
  readonly #program: string;
  readonly #notes: string[] = [];
  readonly #databases = new Map<boolean, Promise<string>>();

  constructor(workshop: Workshop) {
    this.#program = workshop.path('hyperscan');
    const source = join(PROJECT, 'bench/yardsticks/hyperscan.c');
    const built = has('cc')
      ? spawnSync('cc', ['-O2', '-o', this.#program, source, '-lhs'], { encoding: 'utf8' }).status === 0
      : false;
    this.missing = built
      ? null
      : 'Hyperscan or a C compiler is not installed (apt-get install libhyperscan-dev gcc)';
  }

  notes(): readonly string[] {
    return this.#notes;
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
    return {
      rate: file.bytes / 1e6 / report.seconds,
      cpuRate: file.bytes / 1e6 / report.cpuSeconds,
    };
  }

  /** Compiling hundreds of detectors takes Hyperscan minutes: the database is kept for the next run. */
  async #compile(values: number, patterns: boolean, workshop: Workshop): Promise<string> {
    const literals = benchValues(values).map((value) => `l${Buffer.from(value).toString('hex')}`);
    const request = { builtin: true, select: ['all'], files: [] };
    const specs = patterns ? (await loadDetectors(request)).specs : [];
    const lines = [...literals, ...specs.map(({ pattern }) => `p${pattern.replaceAll('\n', '\\n')}`)];
    const database = workshop.kept('hyperscan', lines.join('\n'));
    if (!existsSync(database)) {
      const list = workshop.path('patterns');
      writeFileSync(list, `${lines.join('\n')}\n`);
      const words = [this.#program, list, workshop.path('database')];
      const { stdout } = await timedShell(workshop, '"$1" compile "$2" "$3"', words);
      writeFileSync(`${database}.refused`, stdout);
      writeFileSync(database, readFileSync(words[2]!));
    }
    const refused = readFileSync(`${database}.refused`, 'utf8').split('\n').filter(Boolean).map(Number);
    const names = refused.map((line) => specs[line - 1 - literals.length]?.id ?? `line ${line}`);
    if (names.length > 0)
      this.#notes.push(`Hyperscan refuses ${names.length} of ${specs.length} patterns: ${names.join(', ')}`);
    return database;
  }
}
