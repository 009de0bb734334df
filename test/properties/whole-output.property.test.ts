import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cases, PATIENCE, SEED } from '../campaigns/size.ts';
import { cutAt } from '../support/generate-cuts.ts';
import { expectedWholeOutput } from '../support/oracle-whole.ts';
import { matcherOf, named, redactChunks } from '../support/redact-stream.ts';

// Letters g to z only: no value is spelled in hex, base64 or escapes by accident.
const values = fc.uniqueArray(
  fc.array(fc.constantFrom('g', 'h', 'i'), { minLength: 8, maxLength: 16 }).map((units) => units.join('')),
  {
    minLength: 1,
    maxLength: 4,
  },
);
const pieces = fc.array(fc.oneof(fc.constantFrom('g', 'h', 'i', '\n', ' ', 'z'), fc.nat(3)), {
  maxLength: 60,
});

test(
  'plain text comes out as a naive redactor writes it: overlapping, self-overlapping and nested values too',
  () => {
    fc.assert(
      fc.property(values, pieces, fc.array(fc.nat(500), { maxLength: 5 }), (texts, drawn, places) => {
        const secrets = named(texts.map((text) => Buffer.from(text)));
        const stream = Buffer.from(
          drawn.map((piece) => (typeof piece === 'number' ? (texts[piece] ?? 'gh') : piece)).join(''),
        );
        const chunks = cutAt(
          stream,
          places.filter((place) => place <= stream.length),
        );
        const actual = redactChunks(matcherOf(secrets), chunks, 'text').bytes.toString();
        expect(actual).toBe(expectedWholeOutput(stream, secrets).toString());
      }),
      { seed: SEED, numRuns: cases(1_500, 60_000) },
    );
  },
  PATIENCE,
);
