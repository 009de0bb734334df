import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePattern } from '../../../src/engine/pattern/compile.ts';
import { parsePattern } from '../../../src/engine/pattern/parse.ts';
import { newSearch, runPattern, type Search } from '../../../src/engine/pattern/vm.ts';

// What the pattern machine keeps of one run for the next over the same bytes.

const PATTERNS = [
  'k(?P<secret>[abk]{3,90})',
  'k(?P<secret>[abk]{3,900}?)(?:;|x)',
  '(?P<secret>[abk]*)x[abk]+k',
  'k[ab]*k(?P<secret>[^;\\n]+;)',
  'k(?:a|b)*(?P<secret>[abk=]{70,})$',
];
const pieces = fc.constantFrom('a', 'b', 'k', 'ab', 'k=', ';', 'x', '\n');
const texts = fc
  .array(fc.tuple(fc.array(pieces, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 150 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((rows) =>
    rows
      .map(([row, times]) => row.join('').repeat(times))
      .join('')
      .slice(0, 1000),
  );
const windows = fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(9), fc.boolean()), {
  minLength: 2,
  maxLength: 20,
});

test('runs over the same bytes find what each would find alone, in any order and any window', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...PATTERNS),
      fc.array(fc.tuple(texts, windows), { maxLength: 3 }),
      (source, all) => {
        const keeping = compilePattern(parsePattern(source).root);
        all.forEach(([text, places], nth) => {
          const bytes = Buffer.from(text);
          for (const [a, b, ahead, more] of places) {
            const [from, to] = [a % bytes.length, b % bytes.length].sort((x, y) => x - y) as [number, number];
            const startHigh = Math.min(to, from + ahead);
            const searchIn = (numberOfText: number): Search => ({
              ...newSearch(),
              from,
              to,
              more,
              text: numberOfText,
              startLow: from,
              startHigh,
            });
            const [kept, alone] = [searchIn(nth + 1), searchIn(0)];
            const outcome = runPattern(keeping, bytes, kept);
            expect(outcome).toBe(runPattern(compilePattern(parsePattern(source).root), bytes, alone));
            expect({ ...kept, steps: 0, text: 0 }).toEqual({ ...alone, steps: 0 });
          }
        });
      },
    ),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 300) },
  );
});

test('a match at every keyword of a flood takes a bounded number of steps', () => {
  const program = compilePattern(parsePattern('key=(?P<secret>[a-z=]{3,8000})').root);
  const bytes = Buffer.alloc(40_000, 'key=');
  const search = { ...newSearch(), text: 1 };
  for (let at = 0; at + 8_000 < bytes.length; at += 4) {
    Object.assign(search, { from: at, to: at + 8_000, startLow: at, startHigh: at });
    runPattern(program, bytes, search);
  }
  expect(search.steps / (bytes.length / 4)).toBeLessThan(100);
});
