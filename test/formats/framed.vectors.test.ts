import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { everyCut } from '../support/generate-cuts.ts';
import { matcherOf } from '../support/redact-stream.ts';
import { redactFramed } from './framed-tap.ts';

interface Vector {
  readonly name: string;
  /** Left out: one, `key`. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly in: string;
  readonly out?: string;
  /** The output is the input. */
  readonly same?: boolean;
}

const SECRETS = { key: 'correct-horse-battery' };

describe.each(['cri', 'docker'] as const)('%s', (format) => {
  const file = new URL(`../vectors/${format}.yaml`, import.meta.url);
  const vectors: Vector[] = parse(readFileSync(file, 'utf8'));

  test.each(vectors)('redacts however it is cut: $name', (vector) => {
    const named = Object.entries(vector.secrets ?? SECRETS);
    const matcher = matcherOf(named.map(([name, text]) => ({ name, value: Buffer.from(text) })));
    const whole = Buffer.from(vector.in);
    const wanted = vector.same ? vector.in : vector.out!;
    expect(redactFramed(format, matcher, [whole]).toString()).toBe(wanted);
    for (const cut of everyCut(whole)) {
      const output = redactFramed(format, matcher, cut).toString();
      if (output !== wanted) expect(output, `cut at ${cut[0]!.length}`).toBe(wanted);
    }
  });
});
