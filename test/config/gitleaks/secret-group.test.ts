import { describe, expect, test } from 'vitest';
import { asciiSource } from '../../../src/config/gitleaks/regex-source.ts';
import { nameSecret } from '../../../src/config/gitleaks/secret-group.ts';

const WHOLE = 'the whole match is redacted';

describe('the group that gitleaks takes for the secret', () => {
  test.each([
    ['no group: the whole match', 'ab[0-9]{3}', 0, '(?P<secret>ab[0-9]{3})'],
    ['the first group', 'k=(a+)(b+)', 0, 'k=(?P<secret>a+)(?:b+)'],
    ['the group that was counted to', 'k=(a+)(b+)', 2, 'k=(?:a+)(?P<secret>b+)'],
    ['named groups count', '(?P<name>k)=(?<value>v+)', 2, '(?:k)=(?P<secret>v+)'],
    ['groups that only group do not', '(?:k)=(?i:v)(w+)', 1, '(?:k)=(?i:v)(?P<secret>w+)'],
    ['a ( in a class or escaped is none', '[(]\\((a+)[)]', 0, '[(]\\((?P<secret>a+)[)]'],
    ['one of each alternative', 'a(x+)|b(y+)', 0, 'a(?P<secret>x+)|b(?P<secret2>y+)'],
    ['an alternative without one is it', 'a(x+)|by+', 0, 'a(?P<secret>x+)|(?P<secret2>by+)'],
    ['flags stay in force', '(?i)by+|a(x+)', 0, '(?i)(?P<secret2>by+)|a(?P<secret>x+)'],
    ['a group in another', 'k=((a)b+)', 0, 'k=(?P<secret>(?:a)b+)'],
    ['alternatives below the top', 'k(?:=(a+)|:(b+))', 0, 'k(?:=(?P<secret>a+)|:(?P<secret2>b+))'],
  ])('%s', (_name, source, secretGroup, pattern) => {
    expect(nameSecret(source, secretGroup)).toEqual({ pattern, change: '' });
  });

  test.each([
    ['the first group may be missing', 'k(x)?=(a+)', 0],
    ['the first group may be empty', 'k(x*)=(a+)', 0],
    ['an alternative below the top has none', 'k(?:=(a+)|:b+)', 0],
    ['the group repeats', 'k(?:=(a))+', 1],
    ['flags in the middle of an alternative', 'by+|a(?i)(x+)|c', 0],
    ['more than nine', Array.from({ length: 10 }, (_, n) => `${n}(x)`).join('|'), 0],
  ])('the whole match, and it is told: %s', (_name, source, secretGroup) => {
    const named = nameSecret(source, secretGroup)!;
    expect(named.change).toContain(WHOLE);
    expect(named.pattern.match(/\(\?P</g)).toHaveLength(1);
    expect(named.pattern.startsWith('(?P<secret>') && named.pattern.endsWith(')')).toBe(true);
  });

  test('a number that no group has finds nothing', () => {
    expect(nameSecret('k=(a+)', 2)).toBeNull();
  });

  test.each([
    ['k(?=a)', 'lookaround'],
    ['k(a', 'a ( is never closed'],
    ['k)', 'this ) closes nothing'],
  ])('%s is refused', (source, why) => {
    expect(() => nameSecret(source, 0)).toThrow(why);
  });
});

describe('what our machine reads', () => {
  test.each([
    ['a\\Q.b(\\Ec', 'a\\.b\\(c'],
    ['\\Qa{b', 'a\\{b'],
    ['é+', '(?:\\xc3\\xa9)+'],
    ['a\tb\n', 'a\\tb\\n'],
    ['[\t]', '[\\t]'],
    ['\\\\Q', '\\\\Q'],
  ])('%j', (source, wanted) => {
    expect(asciiSource(source)).toBe(wanted);
  });

  test('a class with letters beyond ASCII is refused', () => {
    expect(() => asciiSource('[é]')).toThrow('a class holds letters beyond ASCII');
  });
});
