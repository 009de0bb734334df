import { expect, test } from 'vitest';
import { parsePattern } from '../../../src/engine/pattern/parse.ts';
import { ANY, Sieve } from '../../../src/engine/pattern/sieve.ts';
import { spellsKeyword } from '../../../src/engine/pattern/spelled.ts';
import { eachRandomMatch } from './random-pattern.ts';

const spells = (pattern: string, keywords: readonly string[], fold = false): boolean =>
  spellsKeyword(
    parsePattern(pattern).root,
    keywords.map((keyword) => Buffer.from(keyword)),
    fold,
  );

test.each([
  ['key=(?P<secret>[a-z]{9})', ['key'], false, true],
  ['[a-z_]{0,20}key=(?P<secret>[a-z]{9})', ['key'], false, true],
  // In a class of many bytes a keyword stands by chance.
  ['name=(?P<secret>[a-z]{9})', ['key'], false, false],
  ['(?:key=)?(?P<secret>[a-z]{9})', ['key'], false, false],
  ['(?:key|pwd)=(?P<secret>[a-z]{9})', ['key'], false, false],
  ['(?:key|pwd)=(?P<secret>[a-z]{9})', ['key', 'pwd'], false, true],
  // Every word that may stand there is a keyword.
  ['api[_-]?key=(?P<secret>[a-z]{9})', ['api_key', 'api-key', 'apikey'], false, true],
  ['api[_-]?key=(?P<secret>[a-z]{9})', ['api_key', 'apikey'], false, false],
  ['(?i)key=(?P<secret>[a-z]{9})', ['key'], true, true],
  ['(?i)key=(?P<secret>[a-z]{9})', ['key'], false, false],
  ['KEY=(?P<secret>[a-z]{9})', ['key'], true, true],
  ['(?:ke+y)=(?P<secret>[a-z]{9})', ['key', 'keey'], false, false],
  ['(?:ab)+(?P<secret>[a-z]{9})', ['aba', 'abx'], false, false],
  ['x(?P<secret>ab)', ['xab'], false, true],
  ['x(?P<secret>ab)', ['xabc'], false, false],
] as const)('%s spells one of %j (fold: %s): %s', (pattern, keywords, fold, wanted) => {
  expect(spells(pattern, keywords, fold)).toBe(wanted);
});

test('a match that must spell a literal is met at one of its places by the look behind it', () => {
  let spelled = 0;
  eachRandomMatch((root, bytes, start, end) => {
    for (const size of [1, 2])
      for (let at = start; at + size <= end; at++) {
        const literal = bytes.subarray(at, at + size);
        if (!spellsKeyword(root, [literal], false)) continue;
        spelled++;
        const sieve = new Sieve([root]);
        const state = sieve.behind({ bytes: literal, fold: false, anchored: false, spelled: true });
        const stop = { limit: end, open: false, line: false };
        const passes = [...Array(end - start - size + 1).keys()]
          .map((offset) => start + offset)
          .filter((place) => bytes.subarray(place, place + size).equals(literal))
          .map((place) => state === ANY || sieve.passesBehind(bytes, state, place + size, stop));
        expect(passes).toContain(true);
      }
  });
  expect(spelled).toBeGreaterThan(20);
});

test('a literal that stands in a value by chance is passed over where it must be spelled, and only there', () => {
  const bytes = Buffer.from('key=akeybcdef.');
  const sieve = new Sieve([parsePattern('key=(?P<secret>[a-z]{9})').root]);
  const met = (spelled: boolean): boolean[] => {
    const state = sieve.behind({ bytes: Buffer.from('key'), fold: false, anchored: false, spelled });
    const stop = { limit: bytes.length, open: false, line: false };
    return [3, 8].map((at) => state === ANY || sieve.passesBehind(bytes, state, at, stop));
  };
  expect(met(true)).toEqual([true, false]);
  expect(met(false)).toEqual([true, true]);
});

test('of several patterns the one that does not spell a literal is met wherever the literal stands', () => {
  const roots = ['key=(?P<secret>[0-9]{4})', 'id:(?P<secret>[a-z]{5});'].map(
    (pattern) => parsePattern(pattern).root,
  );
  const bytes = Buffer.from('id:akeyb;');
  const sieve = new Sieve(roots);
  const state = sieve.behind({ bytes: Buffer.from('key'), fold: false, anchored: false, spelled: true });
  const stop = { limit: bytes.length, open: false, line: false };
  expect(state === ANY || sieve.passesBehind(bytes, state, 7, stop)).toBe(true);
});
