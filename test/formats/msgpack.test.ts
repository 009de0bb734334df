import { randomBytes } from 'node:crypto';
import { decode, ExtData, ExtensionCodec, encode } from '@msgpack/msgpack';
import { describe, expect, test } from 'vitest';
import { Output } from '../../src/engine/output.ts';
import { BodyError } from '../../src/formats/body.ts';
import { FieldRedactor } from '../../src/formats/fields.ts';
import { ObjectCut } from '../../src/formats/msgpack.ts';
import { appendEdited, TextWalk } from '../../src/formats/msgpack-texts.ts';
import { Chance } from '../support/generate-random.ts';
import { matcherOf } from '../support/redact-stream.ts';

const MASK = '[REDACTED:db]';
const SHORT = randomBytes(5).toString('hex');
const LONG = randomBytes(300).toString('hex');
const DIGITS = String(randomBytes(6).readUIntBE(0, 6) + 2 ** 49);
const values = { SHORT, LONG, DIGITS };
const matcher = matcherOf(Object.values(values).map((value) => ({ name: 'db', value: Buffer.from(value) })));

const MAX = 1 << 24;
const never = () => null;
/** Extensions as they are, so that the oracle compares their bytes. */
const extensionCodec = new ExtensionCodec();
for (let type = 0; type < 4; type++)
  extensionCodec.register({ type, encode: never, decode: (data) => new ExtData(type, data) });
const unpack = (bytes: Uint8Array): unknown =>
  decode(Uint8Array.from(bytes), { extensionCodec, useBigInt64: true });
const packed = (value: unknown): Buffer => Buffer.from(encode(value, { extensionCodec, useBigInt64: true }));

function redact(bytes: Uint8Array, numbers = true): Buffer {
  const walk = new TextWalk(bytes, new FieldRedactor(matcher, 1 << 20), numbers);
  const out = new Output();
  let at = 0;
  while (at < bytes.length) at = walk.add(at);
  appendEdited(bytes, { from: 0, to: at }, walk.redact(), out);
  return Buffer.from(out.take());
}

/** What a decoded value must become. */
function masked(value: unknown): unknown {
  if (typeof value === 'string')
    return Object.values(values).reduce((text, secret) => text.replaceAll(secret, MASK), value);
  if (value instanceof Uint8Array)
    return Uint8Array.from(Buffer.from(masked(Buffer.from(value).toString('latin1')) as string, 'latin1'));
  if (typeof value === 'bigint') return String(value) === DIGITS ? MASK : value;
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object' || value === null || value instanceof ExtData) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [masked(key), masked(inner)]));
}

const head = (first: number, size: number, length: number): Buffer => {
  const bytes = Buffer.alloc(1 + size, first);
  if (size > 0) bytes.writeUIntBE(length, 1, size);
  return bytes;
};
const filled = (first: number, size: number): Buffer =>
  Buffer.concat([Buffer.from([first]), randomBytes(size)]);

/** One of each form of the specification, by its first byte; the shortest encoding or not. */
const FORMS: readonly (readonly [string, Buffer])[] = [
  ['nil', Buffer.from([0xc0])],
  ['false', Buffer.from([0xc2])],
  ['true', Buffer.from([0xc3])],
  ['positive fixint', Buffer.from([0x7f])],
  ['negative fixint', Buffer.from([0xe0])],
  ...[0xcc, 0xcd, 0xce, 0xcf, 0xd0, 0xd1, 0xd2, 0xd3].map(
    (first, at) => [`int ${first.toString(16)}`, filled(first, 2 ** (at % 4))] as const,
  ),
  ['float 32', filled(0xca, 4)],
  ['float 64', filled(0xcb, 8)],
  ['float NaN', Buffer.from([0xca, 0x7f, 0xc0, 0, 0])],
  ['fixstr', Buffer.concat([Buffer.from([0xa3]), Buffer.from('abc')])],
  ...([1, 2, 4] as const).flatMap((size, at) => [
    [`str ${8 * size}`, Buffer.concat([head(0xd9 + at, size, 3), Buffer.from('abc')])] as const,
    [`bin ${8 * size}`, Buffer.concat([head(0xc4 + at, size, 3), Buffer.from([0xff, 0, 0xc1])])] as const,
    [`ext ${8 * size}`, Buffer.concat([head(0xc7 + at, size, 3), Buffer.from([1]), randomBytes(3)])] as const,
  ]),
  ...[1, 2, 4, 8, 16].map((size, at) => [`fixext ${size}`, filled(0xd4 + at, 1 + size)] as const),
  ['fixarray', Buffer.from([0x92, 1, 0x90])],
  ['array 16', Buffer.concat([head(0xdc, 2, 2), Buffer.from([1, 0xc0])])],
  ['array 32', Buffer.concat([head(0xdd, 4, 1), Buffer.from([0x80])])],
  ['fixmap', Buffer.from([0x81, 0xa1, 0x61, 1])],
  ['map 16', Buffer.concat([head(0xde, 2, 1), Buffer.from([0xc4, 1, 0x61, 0x91, 2])])],
  ['map 32 with a list for a key', Buffer.concat([head(0xdf, 4, 1), Buffer.from([0x91, 1, 0xc3])])],
];

test('an object of every form comes out byte for byte, alone and inside others', () => {
  for (const [, bytes] of FORMS) {
    expect(redact(bytes).equals(bytes)).toBe(true);
    const inside = Buffer.concat([Buffer.from([0x93]), bytes, packed({ a: 1 }), bytes]);
    expect(redact(inside).equals(inside)).toBe(true);
  }
});

test('each object is found to end where it ends, however the bytes are cut', () => {
  const stream = Buffer.concat(FORMS.map(([, bytes]) => bytes));
  const wanted = FORMS.map(([, bytes]) => bytes.length);
  const lengths = (cuts: readonly number[]): number[] => {
    const cut = new ObjectCut(MAX);
    const found: number[] = [];
    let done = 0;
    for (const to of [...cuts, stream.length])
      for (
        let end = cut.end(stream.subarray(done, to));
        end !== null;
        end = cut.end(stream.subarray(done, to))
      ) {
        found.push(end);
        done += end;
      }
    return found;
  };
  for (let at = 0; at <= stream.length; at++) expect(lengths([at])).toEqual(wanted);
  expect(lengths(Array.from(stream, (_, at) => at))).toEqual(wanted);
});

/** A random value, with secrets among its texts, keys and numbers. */
function grown(chance: Chance, depth: number): unknown {
  const text = (): string =>
    chance.pick([
      '',
      'calm',
      `a ${SHORT} b`,
      LONG,
      `x${'y'.repeat(chance.below(300))} ${SHORT}`,
      'plain '.repeat(50),
    ]);
  const kind = chance.below(depth > 3 ? 7 : 9);
  if (kind === 0) return chance.pick([null, true, false]);
  if (kind === 1) return chance.pick([BigInt(chance.below(100_000)), -5n, BigInt(DIGITS), 2n ** 63n]);
  if (kind === 2) return chance.below(1000) + 0.5;
  if (kind === 3) return new ExtData(chance.below(4), randomBytes(chance.pick([1, 8, 40])));
  if (kind === 4) return Uint8Array.from(Buffer.from(text()));
  if (kind < 7) return text();
  const size = chance.below(5);
  if (kind === 7) return Array.from({ length: size }, () => grown(chance, depth + 1));
  const key = (at: number): string => chance.pick([`key ${at}`, `k${at} ${SHORT}`, `${at} ${LONG}`]);
  return Object.fromEntries(Array.from({ length: size }, (_, at) => [key(at), grown(chance, depth + 1)]));
}

test('secrets go out of texts, bytes, keys and numbers at any depth, and the rest decodes to what it was', () => {
  const chance = new Chance(randomBytes(4).readUInt32LE());
  let changed = 0;
  for (let round = 0; round < 400; round++) {
    const value = { top: grown(chance, 0), list: [grown(chance, 0), grown(chance, 1)] };
    const sent = packed(value);
    const got = redact(sent);
    expect(unpack(got)).toEqual(masked(unpack(sent)));
    if (!got.equals(sent)) changed++;
    for (const secret of Object.values(values)) expect(got.includes(secret)).toBe(false);
  }
  expect(changed).toBeGreaterThan(100);
});

describe('lengths', () => {
  test.each([31, 32, 255, 256, 65_535, 65_536])(
    'a text and bytes that grow past %i stay what they are',
    (length) => {
      for (const total of [length - 1, length, length + 1, length + 5]) {
        const text = `${'.'.repeat(total - SHORT.length)}${SHORT}`;
        expect(unpack(redact(packed([text, 7n])))).toEqual(masked([text, 7n]));
        const bytes = Uint8Array.from(Buffer.from(text));
        expect(unpack(redact(packed({ bytes, after: 7n })))).toEqual({ bytes: masked(bytes), after: 7n });
      }
    },
  );

  test('a form that is longer than it need be is kept', () => {
    const sent = Buffer.concat([head(0xdb, 4, SHORT.length), Buffer.from(SHORT)]);
    expect(redact(sent)).toEqual(Buffer.concat([head(0xdb, 4, MASK.length), Buffer.from(MASK)]));
  });
});

test('a number that is a secret becomes a text, where numbers are looked at', () => {
  const sent = packed({ pin: BigInt(DIGITS), other: 5n, [DIGITS]: 1.5 });
  expect(unpack(redact(sent))).toEqual({ pin: MASK, other: 5n, [MASK]: 1.5 });
  const numbers = packed([BigInt(DIGITS), -1n, 2n ** 64n - 1n]);
  expect(redact(numbers, false).equals(numbers)).toBe(true);
});

describe('what is no MessagePack', () => {
  const sent = packed({ a: [`${SHORT} x`, 1, { b: new ExtData(1, randomBytes(9)) }], c: LONG });

  test('is refused when it is cut short, at every length', () => {
    for (let end = 1; end < sent.length; end++)
      expect(() => redact(sent.subarray(0, end))).toThrow(BodyError);
  });

  test('throws nothing but a refusal, whichever byte is another one', () => {
    for (let at = 0; at < sent.length; at++)
      for (const flip of [0x55, 0x80, 0xff, sent[at]! ^ 0xc1]) {
        const wrong = Buffer.from(sent);
        wrong[at]! ^= flip;
        try {
          redact(wrong);
        } catch (error) {
          expect(error).toBeInstanceOf(BodyError);
        }
      }
  });

  test('is refused when it has the byte that is never used, or nests without end', () => {
    expect(() => redact(Buffer.from([0x91, 0xc1]))).toThrow('never uses');
    expect(() => redact(Buffer.concat([Buffer.alloc(100, 0x91), Buffer.from([1])]))).toThrow('deeper');
    expect(() => redact(Buffer.concat([Buffer.alloc(100, 0x81), Buffer.from([1])]))).toThrow(BodyError);
  });

  test.each([
    ['a text', head(0xdb, 4, 0xffff_ffff)],
    ['bytes', head(0xc6, 4, 0x0100_0001)],
    ['an extension', head(0xc9, 4, 0xffff_ffff)],
    ['a list', head(0xdd, 4, 0xffff_ffff)],
    ['a map', head(0xdf, 4, 0xffff_ffff)],
  ])('%s that says to be larger than the limit is refused before it comes', (_, bytes) => {
    const error = (() => {
      try {
        return new ObjectCut(MAX).end(bytes);
      } catch (cause) {
        return cause;
      }
    })();
    expect(error).toMatchObject({ kind: 'too-large' });
  });
});
