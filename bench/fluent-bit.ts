import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './project.ts';
import type { HaystackSpec, Sample } from './scenario.ts';
import { ratesOf, timedShell } from './timed-shell.ts';
import type { Workshop } from './workshop.ts';
import { checkCount } from './wrong-count-error.ts';
import { has, type Yardstick } from './yardsticks.ts';

/** Where its own packages put it, which is in no PATH. */
const PACKAGED = '/opt/fluent-bit/bin/fluent-bit';

/** Fluent Bit's `tail` and a Lua filter with ten patterns, what its users write against secrets. */
export class FluentBit implements Yardstick {
  readonly #program = has('fluent-bit') ? 'fluent-bit' : PACKAGED;
  readonly missing =
    this.#program !== PACKAGED || existsSync(PACKAGED)
      ? null
      : 'fluent-bit is not installed (docs.fluentbit.io has packages)';

  /** Only what a pattern can know is sought: no secret's value. @throws WrongCountError */
  async measure(haystack: HaystackSpec, workshop: Workshop): Promise<Sample> {
    const file = await workshop.haystack(haystack);
    const count = workshop.path('fluent-bit-count');
    writeFileSync(count, '0');
    const result = await timedShell(workshop, '"$1" -q -c "$2"', [this.#program, beside('fluent-bit.conf')], {
      BENCH_FILE: file.path,
      BENCH_LUA: beside('redact.lua'),
      BENCH_COUNT: count,
    });
    checkCount(`Fluent Bit in ${file.path}`, Number(readFileSync(count, 'utf8')), file.foreign);
    return ratesOf(file.bytes, result);
  }
}

const beside = (name: string): string => join(PROJECT, 'bench/yardsticks', name);
