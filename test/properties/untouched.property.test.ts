import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cases, PATIENCE, SEED } from '../campaigns/size.ts';
import { cutAt, randomCut } from '../support/generate-cuts.ts';
import { NOISE_SHAPES, noise } from '../support/generate-noise.ts';
import { Chance } from '../support/generate-random.ts';
import { drawSecrets } from '../support/generate-secrets.ts';
import { expectNone } from '../support/oracle-report.ts';
import { matcherOf, named, redactChunks } from '../support/redact-stream.ts';

const FORMATS = ['text', 'json', 'auto'] as const;

describe.each(FORMATS)('as %s', (format) => {
  test.each(NOISE_SHAPES)(
    'a stream without secrets is the same bytes after: %s',
    (shape) => {
      const differing: number[] = [];
      for (let run = 0; run < cases(15, 1_500); run++) {
        const chance = new Chance(SEED + run);
        const values = drawSecrets(chance).map((secret) => secret.value);
        const matcher = matcherOf(named(values), { wasm: run % 2 === 0, near: run % 4 > 1 });
        const stream = noise(chance, chance.between(1, 20), shape);
        if (!redactChunks(matcher, randomCut(stream, chance), format).bytes.equals(stream))
          differing.push(SEED + run);
      }
      expectNone(differing);
    },
    PATIENCE,
  );

  test(
    'any bytes at all, cut anywhere, are the same bytes after',
    () => {
      const matcher = matcherOf(named(drawSecrets(new Chance(SEED)).map((secret) => secret.value)));
      fc.assert(
        fc.property(
          fc.uint8Array({ maxLength: 400 }),
          fc.array(fc.nat(400), { maxLength: 4 }),
          (bytes, places) => {
            const chunks = cutAt(
              bytes,
              places.filter((place) => place <= bytes.length),
            );
            expect(redactChunks(matcher, chunks, format).bytes.equals(bytes)).toBe(true);
          },
        ),
        { seed: SEED, numRuns: cases(400, 30_000) },
      );
    },
    PATIENCE,
  );

  test('a line of 3 MiB without an end is the same bytes after', () => {
    const matcher = matcherOf(named(drawSecrets(new Chance(SEED)).map((secret) => secret.value)));
    const text = Buffer.from(`{"msg":"${'lorem ipsum \\"dolor\\" sit \\u0041 amet 1.0 '.repeat(75_000)}`);
    for (const tail of ['"}', '', '"}\r\n'])
      expect(
        redactChunks(matcher, [Buffer.concat([text, Buffer.from(tail)])], format).bytes.equals(
          Buffer.concat([text, Buffer.from(tail)]),
        ),
      ).toBe(true);
  });
});
