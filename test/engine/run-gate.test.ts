import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LEAST_RUN, type Need, RunGate, TOKENS, WORDS } from '../../src/engine/run-gate.ts';
import { countedBytes } from '../support/counted-bytes.ts';

/** The longest row of bytes of the set in `[from, to)`, byte by byte. */
function longest(hay: Uint8Array, from: number, to: number, set: Uint8Array): number {
  let most = 0;
  for (let at = from, run = 0; at < to; at++) {
    run = set[hay[at]!] === 1 ? run + 1 : 0;
    most = Math.max(most, run);
  }
  return most;
}

/** What `opens` promises. */
function shouldOpen(hay: Uint8Array, need: Need, start: number, stop: number, end: number, more: boolean) {
  const edge = stop + need.after;
  const lf = hay.subarray(0, end).indexOf(10, stop);
  if (more && end < edge && lf === -1) return true;
  const to = Math.min(end, edge, lf === -1 ? end : lf);
  const from = Math.max(0, start - need.before);
  return longest(hay, from, to, WORDS) >= need.words && longest(hay, from, to, TOKENS) >= need.tokens;
}

const run = fc
  .tuple(fc.constantFrom('a', '7', '_', '-', 'a-'), fc.nat(70))
  .map(([text, count]) => text.repeat(count));
const haystack = fc
  .array(fc.oneof(run, fc.constantFrom(' ', '\n', '"', '', 'key=')), { maxLength: 30 })
  .map((parts) => Buffer.from(parts.join('')));
const least = fc.oneof(fc.constant(0), fc.integer({ min: LEAST_RUN, max: 90 }));
const need = fc.record({ words: least, tokens: least, before: fc.nat(60), after: fc.nat(300) });

test('a gate opens exactly where the runs stand that a finding needs, whatever was asked before', () => {
  const question = fc.record({ need, from: fc.nat(), size: fc.integer({ min: 3, max: 9 }) });
  const setting = fc.tuple(haystack, fc.array(question, { maxLength: 30 }), fc.nat(), fc.boolean());
  let opened = 0;
  let closed = 0;
  fc.assert(
    fc.property(setting, ([hay, questions, cut, more]) => {
      const end = hay.length - (cut % 20 > hay.length ? 0 : cut % 20);
      const gate = new RunGate(60);
      gate.reset();
      const places = questions
        .map(({ need: asked, from, size }) => ({
          asked,
          start: end < size ? -1 : from % (end - size + 1),
          size,
        }))
        .filter(({ start }) => start >= 0)
        .sort((a, b) => a.start - b.start);
      for (const { asked, start, size } of places) {
        const place = { keywordStart: start, keywordEnd: start + size, end, more, text: 1 };
        const opens = gate.opens(hay, asked, place);
        if (opens) opened++;
        else closed++;
        expect(opens).toBe(shouldOpen(hay, asked, start, start + size, end, more));
      }
    }),
    { numRuns: 2000 },
  );
  expect(Math.min(opened, closed)).toBeGreaterThan(1000);
});

test.each([
  ['one endless run', 'a'],
  ['short words', 'eyJa '],
  ['runs of 20', 'ghp_ 0123456789abcdef0123 '],
  ['runs one byte too short', `${'a'.repeat(35)} `],
])('a byte is looked at a few times at most, in %s', (_, piece) => {
  const { bytes: hay, looked } = countedBytes(Buffer.from(piece.repeat(100_000 / piece.length)));
  const gate = new RunGate(150);
  gate.reset();
  const needs: readonly Need[] = [
    { words: 0, tokens: 36, before: 0, after: 7000 },
    { words: 36, tokens: 36, before: 150, after: 200 },
    { words: 20, tokens: 200, before: 0, after: 11_000 },
  ];
  for (let at = 0; at + 5 < hay.length; at += 5)
    for (const need of needs)
      gate.opens(hay, need, { keywordStart: at, keywordEnd: at + 5, end: hay.length, more: false, text: 1 });
  expect(looked.count).toBeLessThan(5 * hay.length);
});
