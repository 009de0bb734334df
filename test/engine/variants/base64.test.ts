import { randomBytes, randomInt } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spell } from '../../../src/engine/variants/index.ts';

const PRINTABLE = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).join('');
const drawn = () => Array.from({ length: randomInt(8, 41) }, () => PRINTABLE[randomInt(94)]).join('');

/** Needle bytes that stand in the text. */
function met(value: Uint8Array, text: Buffer): number {
  let most = 0;
  for (const { bytes } of spell(value, 0))
    if (bytes.length > most && text.indexOf(bytes) !== -1) most = bytes.length;
  return most;
}

test('of 36,000 base64 texts (3,000 secrets, 4 prefixes, 3 suffixes) none is missed', () => {
  let missed = 0;
  for (let i = 0; i < 3_000; i++) {
    const secret = drawn();
    const needles = spell(Buffer.from(secret), 0);
    for (const prefix of ['', 'a', 'user:', 'ab'])
      for (const suffix of ['', '\n', '&more=1']) {
        const text = Buffer.from(prefix + secret + suffix);
        for (const alphabet of ['base64', 'base64url'] as const) {
          const encoded = Buffer.from(text.toString(alphabet));
          if (!needles.some((needle) => encoded.indexOf(needle.bytes) !== -1)) missed++;
        }
      }
  }
  expect(missed).toBe(0);
});

test('a needle covers all characters but those shared with the neighbours', () => {
  fc.assert(
    fc.property(
      fc
        .uint8Array({ minLength: 8, maxLength: 100 })
        .filter((bytes) => !/^\s|\s$/.test(Buffer.from(bytes).toString('latin1'))),
      fc.uint8Array({ maxLength: 9 }),
      fc.uint8Array({ minLength: 1, maxLength: 9 }),
      (value, before, after) => {
        const encoded = Buffer.from(Buffer.concat([before, value, after]).toString('base64'));
        return met(value, encoded) >= Math.floor((value.length * 8) / 6) - 1;
      },
    ),
  );
});

test('the whole text goes, padding and last character too, for the value and for the value with a newline', () => {
  for (let length = 8; length < 20; length++) {
    const value = Buffer.from(`${randomBytes(20).toString('hex')}`.slice(0, length));
    for (const text of [value, Buffer.concat([value, Buffer.from('\n')])]) {
      const padded = Buffer.from(text.toString('base64'));
      expect(met(value, padded)).toBe(padded.length);
    }
    const bare = Buffer.from(value.toString('base64url'));
    expect(met(value, bare)).toBe(bare.length);
  }
});

test('wrapped base64 of a value is met on every line, by the columns of `base64` and of OpenSSL', () => {
  for (const columns of [64, 76])
    for (let length = 49; length < 400; length += 7)
      for (const ending of ['', '\n']) {
        const value = randomBytes(length)
          .fill(0x41, 0, 1)
          .fill(0x41, length - 1);
        const encoded = Buffer.concat([value, Buffer.from(ending)]).toString('base64');
        const wrapped = Buffer.from(encoded.match(new RegExp(`.{1,${columns}}`, 'g'))!.join('\n'));
        const rest = Buffer.from(wrapped);
        for (const { bytes } of spell(value, 0))
          for (let at = wrapped.indexOf(bytes); at !== -1; at = wrapped.indexOf(bytes, at + 1))
            rest.fill(0x0a, at, at + bytes.length);
        expect(rest.every((byte) => byte === 0x0a)).toBe(true);
      }
});
