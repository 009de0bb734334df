import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Look } from '../../../src/engine/pattern/dfa.ts';
import { parsePattern } from '../../../src/engine/pattern/parse.ts';
import { Sieve } from '../../../src/engine/pattern/sieve.ts';
import { countedBytes } from '../../support/counted-bytes.ts';

// What a sieve keeps of one walk for the next over the same bytes.

const sieveOf = (source: string): Sieve => new Sieve([parsePattern(source).root]);

/** Some go on for ever, some die or end at a byte that is rare, some count before they meet, some never meet. */
const PATTERNS = [
  'k[abk]*;',
  'k[abk]{70,}x',
  'k(?:[abk][abk])*;',
  'k(?:[abk;][abk][abk])*x',
  'k(?:[abk]{3}x)*;',
  'k[^;\\n]{3,}?;a',
  'k(?s:.){0,3000}?;;',
  'k(?:ab|ba|k)+;',
  'k(?:a[^;]*x|b[^x]*;)(?P<secret>a)',
  '[ab]{0,9}k[^x]{5,900}xb',
];

const pieces = fc.constantFrom('a', 'b', 'k', 'ab', 'ba', 'ka', ';', 'x', '\n', ';a', ';;', 'xb');
/** A few pieces again and again, with rare ones between: 500 bytes and more. */
const texts = fc
  .array(
    fc.tuple(fc.array(pieces, { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 200 }), pieces),
    {
      minLength: 3,
      maxLength: 8,
    },
  )
  .map((rows) => rows.map(([row, times, rare]) => row.join('').repeat(times) + rare).join(''));
const looks = fc.array(fc.tuple(fc.nat(), fc.nat(9), fc.nat(), fc.boolean(), fc.nat(3)), {
  minLength: 4,
  maxLength: 40,
});

test('walks over the same bytes say what each would say alone, in any order and up to any limit', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...PATTERNS),
      fc.boolean(),
      fc.array(fc.tuple(texts, looks), { maxLength: 3 }),
      (source, line, all) => {
        const keeping = sieveOf(source);
        const alone = sieveOf(source);
        all.forEach(([text, places], nth) => {
          const bytes = Buffer.from(text);
          for (const [place, ahead, far, open, end] of places) {
            // From a keyword on: elsewhere most walks end at once.
            const startHigh = Math.max(0, bytes.indexOf('k', place % bytes.length));
            const startLow = Math.max(0, startHigh - ahead);
            const some = (startHigh + 1 + (far % bytes.length)) & (far % 2 === 0 ? -1 : -64);
            const limit = Math.min(bytes.length, Math.max(startHigh + 1, some));
            const look: Look = {
              startLow,
              startHigh,
              // One in four has to end with the bytes.
              minEnd: end === 3 ? limit : startHigh + end,
              limit,
              open,
              line,
              text: nth + 1,
            };
            expect(keeping.passes(bytes, look)).toBe(alone.passes(bytes, { ...look, text: 0 }));
          }
        });
      },
    ),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 300) },
  );
});

test.each(['eyJ[A-Za-z0-9_-]{17,}\\.x', 'eyJ[^\\n]{0,3000}?;'])(
  'a look at every keyword of a flood reads a bounded number of bytes: %s',
  (source) => {
    const sieve = sieveOf(source);
    const flood = Buffer.alloc(30_000, 'eyJ');
    const { bytes, looked } = countedBytes(flood);
    for (let at = 0; at < flood.length; at += 3) {
      const look = { startLow: at, startHigh: at, minEnd: at + 3, limit: flood.length, open: false };
      sieve.passes(bytes, { ...look, line: true, text: 1 });
    }
    expect(looked.count / (flood.length / 3)).toBeLessThan(400);
  },
);

/** Asks a sieve of one text, in order: from each place up to each limit; `whole`: the match is to end there. */
function asked(source: string, bytes: Buffer, looks: readonly [number, number][], whole: boolean): boolean[] {
  const sieve = sieveOf(source);
  return looks.map(([at, limit]) => {
    const minEnd = whole ? limit : at + 1;
    return sieve.passes(bytes, {
      startLow: at,
      startHigh: at,
      minEnd,
      limit,
      open: false,
      line: true,
      text: 1,
    });
  });
}

test('what a walk ends ahead of is not reached from where it was last', () => {
  const bytes = Buffer.alloc(901, 'k');
  bytes[400] = 0x3b;
  bytes[900] = 0x78;
  // The semicolon must be a first of three.
  const places: [number, number][] = [0, 10, 13, 3].map((at) => [at, 901]);
  expect(asked('k(?:[k;][k][k])*[k]?[k]?x', bytes, places, false)).toEqual([true, false, false, true]);
});

test('what was known ahead of where another walk began does not lead on to it', () => {
  const bytes = Buffer.alloc(901, 'k');
  bytes[400] = 0x3b;
  bytes[900] = 0x78;
  const places: [number, number][] = [0, 140, 3].map((at) => [at, 901]);
  expect(asked('k(?:[k;][k][k])*[k]?[k]?x', bytes, places, false)).toEqual([true, false, true]);
});

test('a match that ends with the bytes is met where a longer walk went on', () => {
  const bytes = Buffer.alloc(500, 'k');
  bytes[255] = 0x3b;
  const looks: [number, number][] = [
    [0, 400],
    [3, 256],
    [6, 257],
  ];
  expect(asked('k[k]*;', bytes, looks, true)).toEqual([false, true, false]);
});
