import { measure, missingFor, type Yardsticks } from './measure.ts';
import { type Result, resultOf, skippedResult } from './result.ts';
import type { Figure, HaystackSpec, Run, Sample, Scenario } from './scenario.ts';
import { Workshop } from './workshop.ts';
import { FluentBit, Hyperscan, Ripgrep } from './yardsticks.ts';

/** Runs scenarios, each one's contestants in turn within a round, so that all meet the same machine. */
export class Contest {
  readonly #workshop: Workshop;
  readonly #yardsticks: Yardsticks;
  readonly #rounds: number;
  readonly #progress: (what: string) => void;
  /** The largest haystack is used by most scenarios and stays; the others go with theirs. */
  readonly #kept = 'mixed';

  /** @param progress told what is under way */
  constructor(quick: boolean, rounds: number, progress: (what: string) => void) {
    this.#workshop = new Workshop(quick);
    this.#yardsticks = {
      ripgrep: new Ripgrep(),
      hyperscan: new Hyperscan(this.#workshop),
      fluentBit: new FluentBit(),
    };
    this.#rounds = rounds;
    this.#progress = progress;
  }

  /** @throws WrongCountError when a contestant found another number than was planted */
  async run({ name, figures }: Scenario): Promise<Result[]> {
    const runs = new Map<string, Run>();
    const missing = await Promise.all(figures.map((figure) => this.#missing(figure)));
    for (const [at, figure] of figures.entries()) {
      if (missing[at] !== null) continue;
      for (const run of runsOf(figure)) runs.set(keyOf(run), run);
    }
    const samples = new Map<string, Sample[]>([...runs.keys()].map((key) => [key, []]));
    for (let round = 1; round <= this.#rounds; round++) {
      for (const [key, run] of runs) {
        this.#progress(`${name}, round ${round} of ${this.#rounds}: ${told(run)}`);
        samples.get(key)!.push(await measure(run, this.#workshop, this.#yardsticks));
      }
    }
    this.#workshop.stage.close();
    await this.#drop([...runs.values()]);
    return figures.map((figure, at) => {
      const why = missing[at];
      if (why) return skippedResult(name, figure, why);
      const theirs = figure.against === null ? null : samples.get(keyOf(figure.against.run))!;
      return resultOf(name, figure, samples.get(keyOf(figure.run))!, theirs);
    });
  }

  /** What the reader should know besides the figures. */
  notes(): readonly string[] {
    return this.#yardsticks.hyperscan.notes();
  }

  close(): void {
    this.#workshop.close();
  }

  async #missing(figure: Figure): Promise<string | null> {
    for (const run of runsOf(figure)) {
      const missing = await missingFor(run, this.#workshop, this.#yardsticks);
      if (missing !== null) return missing;
    }
    return null;
  }

  async #drop(runs: readonly Run[]): Promise<void> {
    const specs = new Map<string, HaystackSpec>();
    for (const run of runs) if ('haystack' in run) specs.set(run.haystack.name, run.haystack);
    for (const spec of specs.values()) if (spec.name !== this.#kept) await this.#workshop.drop(spec);
  }
}

function runsOf({ run, against }: Figure): Run[] {
  return against === null ? [run] : [run, against.run];
}

/** The same run twice is done once. */
const keyOf = (run: Run): string => JSON.stringify(run);

function told(run: Run): string {
  if ('haystack' in run) return `${run.kind} ${run.haystack.name}`;
  if ('via' in run) return `${run.kind} ${run.protocol} ${run.size} via ${run.via}`;
  return `${run.kind} ${run.command}`;
}
