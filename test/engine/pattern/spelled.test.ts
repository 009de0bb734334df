import { expect, test } from 'vitest';
import { parsePattern } from '../../../src/engine/pattern/parse.ts';
import { spellsKeyword } from '../../../src/engine/pattern/spelled.ts';

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
