import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NextByte } from '../../../src/engine/detectors/next-byte.ts';

const AT = 0x40;
const text = fc
  .array(fc.constantFrom('@', 'x', 'xxxxxxxxxxxx'), { maxLength: 20 })
  .map((parts) => Buffer.from(parts.join('')));
const question = fc.record({ at: fc.nat(), limit: fc.nat(), end: fc.nat() });

test('a byte stands ahead of a limit exactly where it does, whatever was asked before and of which text', () => {
  const next = new NextByte(AT);
  let number = 0;
  fc.assert(
    fc.property(text, fc.array(question, { maxLength: 12 }), (bytes, questions) => {
      number++;
      for (const asked of questions) {
        const end = asked.end % (bytes.length + 1);
        const limit = asked.limit % (end + 1);
        const at = asked.at % (limit + 1);
        expect(next.stands(bytes, at, limit, end, number)).toBe(bytes.subarray(at, limit).includes(AT));
      }
    }),
    { numRuns: 2000 },
  );
});

test('a piece of a text ends the search, and the next piece begins it anew', () => {
  const bytes = Buffer.from('://ab://c@d');
  const next = new NextByte(AT);
  expect(next.stands(bytes, 3, 5, 5, 1)).toBe(false);
  expect(next.stands(bytes, 8, 11, 11, 1)).toBe(true);
  expect(next.stands(bytes, 10, 11, 11, 1)).toBe(false);
});
