import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePattern } from '../../../src/engine/pattern/compile.ts';
import { ANY } from '../../../src/engine/pattern/dfa.ts';
import type { Counts } from '../../../src/engine/pattern/followers.ts';
import { minLength } from '../../../src/engine/pattern/measure.ts';
import { parsePattern } from '../../../src/engine/pattern/parse.ts';
import { Sieve } from '../../../src/engine/pattern/sieve.ts';
import { FAILED, newSearch, runPattern } from '../../../src/engine/pattern/vm.ts';
import { randomHaystack, randomPattern } from './random-pattern.ts';

/** What both look at: the same bytes, the same places. */
interface Question {
  readonly bytes: Uint8Array;
  readonly startLow: number;
  readonly startHigh: number;
  readonly minEnd: number;
  readonly limit: number;
  readonly more: boolean;
}

function passes(sieve: Sieve, { bytes, startLow, startHigh, minEnd, limit, more }: Question): boolean {
  return sieve.passes(bytes, { startLow, startHigh, minEnd, limit, open: more, line: false, text: 0 });
}

function outcome(source: string, { bytes, startLow, startHigh, minEnd, limit, more }: Question): number {
  const places = { from: startLow, to: limit, startLow, startHigh, minEnd, more };
  return runPattern(compilePattern(parsePattern(source).root), bytes, { ...newSearch(), ...places });
}

const random = fc.tuple(
  randomPattern.filter((source) => minLength(parsePattern(source).root) > 0),
  fc.array(fc.tuple(randomHaystack, fc.nat(), fc.nat(), fc.nat(), fc.nat(), fc.boolean()), {
    minLength: 8,
    maxLength: 8,
  }),
);

test('a sieve stops nothing that the pattern machine finds or leaves open', () => {
  fc.assert(
    fc.property(random, ([source, places]) => {
      const sieve = new Sieve([parsePattern(source).root]);
      for (const [text, ...numbers] of places) {
        const bytes = Buffer.from(text, 'latin1');
        const [a, b, c, d] = numbers
          .slice(0, 4)
          .map((n) => (n as number) % (bytes.length + 1))
          .sort((x, y) => x - y) as [number, number, number, number];
        const more = numbers[4] as boolean;
        for (const question of [
          { bytes, startLow: a, startHigh: b, minEnd: Math.max(c, b + 1), limit: d, more },
          { bytes, startLow: b, startHigh: b, minEnd: b + 1, limit: bytes.length, more },
        ]) {
          if (outcome(source, question) !== FAILED) expect(passes(sieve, question)).toBe(true);
        }
      }
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 500) },
  );
});

test.each(['[a-c]', '(?:[a-c]-)', '(?:[a-c]{2}:)'])(
  'as many copies of %s as the pattern takes come through, at every border of what is counted',
  (item) => {
    const one = item.replace('(?:', '').replace('[a-c]{2}', 'ab').replace('[a-c]', 'a').replace(')', '');
    for (const min of [0, 1, 2, 3, 4, 5, 6, 8, 62, 63, 64, 65, 66, 67, 70])
      for (const more of [0, 1, 2, 3, 4, 6]) {
        const sieve = sieveOf(`k${item}{${min},${min + more}}(?P<secret>;)`);
        for (let copies = min; copies <= min + more; copies++)
          expect(passes(sieve, whole(`k${one.repeat(copies)};`))).toBe(true);
      }
  },
);

const sieveOf = (source: string): Sieve => new Sieve([parsePattern(source).root]);
const whole = (text: string): Question => {
  const bytes = Buffer.from(text, 'latin1');
  return { bytes, startLow: 0, startHigh: 0, minEnd: 1, limit: bytes.length, more: false };
};

test('it stops what lacks the value, whatever stands around the keyword', () => {
  const sieve = sieveOf('consumer[^\\n]{0,40}?[^A-Za-z0-9](?P<secret>[A-Za-z0-9]{50})\\b');
  expect(passes(sieve, whole(`consumer group rebalanced, 12 partitions assigned, ${'x'.repeat(49)}`))).toBe(
    false,
  );
  expect(passes(sieve, whole(`consumer group ${'x'.repeat(50)}`))).toBe(true);
  expect(passes(sieve, { ...whole('consumer group'), more: true })).toBe(true);
});

test('a match begins at or before the last place and stays within its line', () => {
  const sieve = sieveOf('[a-z]{4}:key');
  const bytes = Buffer.from('ab\ncdefg:key');
  const look = { startLow: 0, startHigh: 9, minEnd: 12, limit: 12, open: false, text: 0 };
  expect(sieve.passes(bytes, { ...look, line: true })).toBe(true);
  expect(sieve.passes(Buffer.from('abcd\n:key.'), { ...look, startHigh: 6, minEnd: 9, line: true })).toBe(
    false,
  );
});

test('a pattern too large for an automaton lets everything through', () => {
  const large = `(?:${Array.from({ length: 80 }, (_, n) => `[a-z]{60}${n}`).join('|')})(?P<secret>x)`;
  expect(passes(sieveOf(large), whole('0'))).toBe(true);
  // Each of the last twelve bytes may be an "a" or not: 2^12 states and more.
  const many = sieveOf('(?P<secret>[ab]{1,900}?a[ab][ab][ab][ab][ab][ab][ab][ab][ab][ab][ab][ab][ab]c)');
  let state = 1;
  const noise = Uint8Array.from({ length: 60_000 }, () => {
    state = Math.imul(state, 1103515245) + 12345;
    return 97 + ((state >>> 16) & 1);
  });
  const question = { bytes: noise, startLow: 0, startHigh: 0, minEnd: 1, limit: noise.length, more: false };
  expect(passes(many, question)).toBe(true);
  expect(passes(many, whole('c'))).toBe(true);
});

/** Which places of `key` in a text come through the look behind it. */
function met(
  patterns: readonly string[],
  text: string,
  places: readonly number[],
  counts: Counts,
): boolean[] {
  const bytes = Buffer.from(text);
  const sieve = new Sieve(patterns.map((pattern) => parsePattern(pattern).root));
  const state = sieve.behind({
    bytes: Buffer.from('key'),
    fold: false,
    anchored: false,
    counts: patterns.map(() => counts),
  });
  const stop = { limit: bytes.length, open: false, line: false, text: 0 };
  return places.map((at) => state === ANY || sieve.passesBehind(bytes, state, at + 3, stop));
}

test('a literal that stands in a value by chance is passed over where it must be spelled, and only there', () => {
  const pattern = 'key=(?P<secret>[a-z]{9})';
  expect(met([pattern], 'key=akeybcdef.', [0, 5], 'ahead')).toEqual([true, false]);
  expect(met([pattern], 'key=akeybcdef.', [0, 5], 'anywhere')).toEqual([true, true]);
});

test('of several patterns one that does not spell a literal is met wherever the literal stands', () => {
  const patterns = ['key=(?P<secret>[0-9]{4})', 'id:(?P<secret>[a-z]{5});'];
  expect(met(patterns, 'id:akeyb;', [4], 'ahead')).toEqual([true]);
});

test('a look behind a literal stops nothing that the pattern machine finds there or leaves open', () => {
  fc.assert(
    fc.property(random, ([source, places]) => {
      const { root } = parsePattern(source);
      for (const [text, ...numbers] of places) {
        const bytes = Buffer.from(text, 'latin1');
        const [a, b, c] = numbers
          .slice(0, 3)
          .map((n) => (n as number) % (bytes.length + 1))
          .sort((x, y) => x - y) as [number, number, number];
        if (b === a || b - a > 3) continue;
        const more = numbers[4] as boolean;
        const literal = { bytes: bytes.subarray(a, b), fold: false, counts: ['anywhere'] as const };
        const question = { bytes, startLow: 0, startHigh: a, minEnd: b, limit: Math.max(b, c), more };
        if (outcome(source, question) === FAILED) continue;
        const sieve = new Sieve([root]);
        const state = sieve.behind({ ...literal, anchored: false });
        const stop = { limit: question.limit, open: more, line: false, text: 0 };
        expect(state === ANY || sieve.passesBehind(bytes, state, b, stop)).toBe(true);
      }
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 500) },
  );
});
