import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleOf } from '../../../src/config/gitleaks/pattern-sample.ts';
import { requiredLiterals } from '../../../src/config/gitleaks/required-literals.ts';
import { mint } from '../../../src/engine/detectors/template.ts';
import { parsePattern } from '../../../src/engine/pattern/parse.ts';
import { randomPattern } from '../../engine/pattern/random-pattern.ts';

const of = (pattern: string, ...wanted: string[]) => requiredLiterals(parsePattern(pattern).root, wanted);

test.each([
  ['key_[a-z]{3}', ['key_'], 0, 3],
  ['[a-z]{2,5}key_x?', ['key_'], 5, 1],
  ['(?:foo|bar)=x', ['foo=x', 'bar=x'], 0, 0],
  ['gh[pou]_[a-z]{9}', ['gho_', 'ghp_', 'ghu_'], 0, 9],
  ['k(?:abc|[0-9]defg)x', ['abc', 'defg'], 2, 2],
  ['a{4}b', ['aaaab'], 0, 0],
  ['(?:abc){2}', ['abcabc'], 0, 0],
  ['(?:abc)+d', ['abc'], 0, Number.POSITIVE_INFINITY],
  ['.*token', ['token'], Number.POSITIVE_INFINITY, 0],
  ['passw(?:or)?d=', ['password=', 'passwd='], 0, 2],
])('%s', (pattern, words, before, after) => {
  const found = of(pattern)!;
  expect([...found.words].sort()).toEqual([...words].sort());
  expect([found.before, found.after, found.fold]).toEqual([before, after, false]);
});

test.each(['[a-z]+', 'ab', '(?:abc)?d', 'abc|[0-9]+', 'ab|cde'])('%s has none', (pattern) => {
  expect(of(pattern)).toBeNull();
});

test('letters in either case are one, and stand in lower case', () => {
  expect(of('(?i)ToKeN')).toMatchObject({ words: ['token'], fold: true });
  expect(of('[Tt]oken')).toMatchObject({ words: ['token'], fold: true });
  expect(of('ToKeN')).toMatchObject({ words: ['ToKeN'], fold: false });
});

test('of several the one that is asked for', () => {
  expect(of('client_identifier=.{1,9};pear')!.words).toEqual(['client_identifier=']);
  expect(of('client_identifier=.{1,9};pear', 'pear')!.words).toEqual([';pear']);
});

test('a literal behind a secret that a stream would not wait for comes last', () => {
  expect(of('abc=(?P<secret>[^"]{4,9})"-longer-tail', 'tail')).toMatchObject({
    words: ['abc='],
    tooLate: false,
    holdsWanted: true,
  });
  expect(of('(?P<secret>[^"]{4,9})"-tail')).toMatchObject({ words: ['"-tail'], tooLate: true });
  expect(of('(?P<secret>[a-f0-9]{4,9})-tail')).toMatchObject({ words: ['-tail'], tooLate: false });
});

/** Whatever the pattern: a text it matches holds one of the literals, within the bounds that were told. */
test('every match holds one of them', () => {
  fc.assert(
    fc.property(randomPattern, fc.nat(5), fc.boolean(), fc.nat(1000), (source, alternative, full, seed) => {
      const { root } = parsePattern(`lit${source}`);
      const found = requiredLiterals(root, []);
      if (found === null) return;
      const choice = { alternative, full, length: 3, marked: false, short: false };
      const bytes = Buffer.from(mint(sampleOf(root, choice), `s${seed}`).bytes).toString('latin1');
      const text = found.fold ? bytes.toLowerCase() : bytes;
      const fits = found.words.some((word) => {
        for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
          if (at <= found.before && text.length - at - word.length <= found.after) return true;
        }
        return false;
      });
      expect(fits).toBe(true);
    }),
    { numRuns: 500, seed: 4 },
  );
});
