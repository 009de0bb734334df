import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entropyOf } from '../../../src/engine/checks/entropy.ts';
import { CHECKS } from '../../../src/engine/checks/index.ts';

/** Bodies as each check's tokens have them: prefix and alphabet. */
const BODIES: Record<string, { prefix: string; alphabet: string; length: number }> = {
  'github-crc32': { prefix: 'ghp_', alphabet: 'ABCDEFabcdef0123456789', length: 30 },
  'npm-crc32': { prefix: 'npm_', alphabet: 'ABCDEFabcdef0123456789', length: 30 },
  luhn: { prefix: '', alphabet: '0123456789', length: 15 },
  mixed: { prefix: '', alphabet: 'abc', length: 5 },
};

describe.each([...CHECKS.values()].filter((check) => check.suffix !== null))('$name', (check) => {
  const { prefix, alphabet, length } = BODIES[check.name]!;
  const body = fc
    .array(fc.constantFrom(...alphabet), { minLength: length, maxLength: length })
    .map((chars) => chars.join(''));
  const minted = (text: string): Buffer =>
    Buffer.concat([Buffer.from(prefix + text), check.suffix!(Buffer.from(text))]);

  test('passes what it minted, wherever it stands', () => {
    fc.assert(
      fc.property(body, fc.nat(9), (text, offset) => {
        const token = minted(text);
        const haystack = Buffer.concat([Buffer.alloc(offset, 0x78), token, Buffer.from('yz')]);
        return check.verify(haystack, offset, offset + token.length);
      }),
    );
  });

  test('fails when one byte differs, for checksums', () => {
    if (check.name === 'mixed') return;
    fc.assert(
      fc.property(body, fc.nat(), (text, where) => {
        const token = minted(text);
        const at = prefix.length + (where % (token.length - prefix.length));
        token[at] = token[at] === 0x31 ? 0x32 : 0x31;
        return !check.verify(token, 0, token.length);
      }),
    );
  });
});

test('the CRC-32 is the one of zlib', () => {
  const check = CHECKS.get('github-crc32')!;
  // "123456789" has the CRC-32 0xcbf43926 = 3421780262, in base62 3jZRME.
  expect(Buffer.from(check.suffix!(Buffer.from('123456789'))).toString()).toBe('3jZRME');
});

test('jwt-shape wants a header that names an alg', () => {
  const check = CHECKS.get('jwt-shape')!;
  const verdict = (header: string): boolean => {
    const token = Buffer.from(`${Buffer.from(header).toString('base64url')}.e30.x`);
    return check.verify(token, 0, token.length);
  };
  expect(verdict('{"typ":"JWT","alg":"none"}')).toBe(true);
  expect(verdict('{"typ":"JWT"}')).toBe(false);
  expect(verdict('[{"alg":1}]')).toBe(false);
  expect(verdict('')).toBe(false);
});

test('entropy is 0 for one repeated byte and log2 n for n different ones', () => {
  expect(entropyOf(Buffer.from('aaaaaaaa'), 0, 8)).toBe(0);
  expect(entropyOf(Buffer.from('xabcdefghx'), 1, 9)).toBe(3);
  expect(entropyOf(Buffer.from('abab'), 0, 4)).toBe(1);
  expect(entropyOf(Buffer.from(''), 0, 0)).toBe(0);
});
