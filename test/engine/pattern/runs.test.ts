import { expect, test } from 'vitest';
import { type ByteSet, setOf } from '../../../src/engine/pattern/byte-set.ts';
import { parsePattern } from '../../../src/engine/pattern/parse.ts';
import { longestRun } from '../../../src/engine/pattern/runs.ts';
import { eachRandomMatch } from './random-pattern.ts';

const AB = setOf(...Buffer.from('ab'));
const SETS: readonly ByteSet[] = [AB, setOf(...Buffer.from('abc-_')), setOf(...Buffer.from('aA'))];

test.each([
  ['a{3}', 3],
  ['a{3}b{2,}', 5],
  ['a{2}-b{4}', 4],
  ['a(?:ba)?b', 2],
  ['(?:aaa|bbbb)b', 4],
  ['(?:aaa|b-b)bb', 3],
  ['(?:ab-a){2}', 3],
  ['(?:ab-a)*aa', 2],
  ['a{2}\\ba{2}', 4],
  ['[ab-]{9}a', 1],
  ['x(?P<secret>[ab]{7})', 7],
  ['a*', 0],
])('every match of %s holds a run of %i bytes', (source, run) => {
  expect(longestRun(parsePattern(source).root, AB)).toBe(run);
});

function longestIn(bytes: Uint8Array, set: ByteSet): number {
  let most = 0;
  let run = 0;
  for (const byte of bytes) {
    run = set[byte] === 1 ? run + 1 : 0;
    most = Math.max(most, run);
  }
  return most;
}

test('no match holds a shorter run than was said', () => {
  let matches = 0;
  eachRandomMatch((root, bytes, start, end) => {
    matches++;
    const match = bytes.subarray(start, end);
    for (const set of SETS) expect(longestIn(match, set)).toBeGreaterThanOrEqual(longestRun(root, set));
  });
  expect(matches).toBeGreaterThan(500);
});
