import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileNeedles } from '../../src/engine/compile-needles.ts';
import type { Around } from '../../src/engine/near.ts';
import { NeedleIndex } from '../../src/engine/needle-index.ts';
import { buildNeedleTables, PIECE } from '../../src/engine/needle-tables.ts';
import { sortPieces } from '../../src/engine/sort-pieces.ts';
import { SpanList } from '../../src/engine/span-list.ts';
import { NEAR_HEAD, NEAR_TAIL } from '../../src/engine/spelling.ts';

/** Few different bytes and lengths: many pieces agree in their first 8 bytes and more. */
const piece = fc.uint8Array({ minLength: 8, maxLength: 14 }).map((bytes) => bytes.map((byte) => byte & 1));

function around(end: number): Around {
  return { secret: 0, floor: 0, from: 0, end, more: false, view: 0 };
}

/** Spans the tables find when every place is asked about. */
function found(index: NeedleIndex, haystack: Uint8Array): number[][] {
  const spans = new SpanList();
  const scope = around(haystack.length);
  for (let at = 0; at < haystack.length; at++) index.verify(haystack, at, scope, spans);
  return Array.from({ length: spans.length }, (_, at) => [spans.start(at), spans.end(at)]);
}

test('pieces are sorted as their bytes are, the shorter ahead of those it begins', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (list) => {
      const size = Uint16Array.from(list, ({ length }) => length);
      const offset = Uint32Array.from(list, (_, at) => size.slice(0, at).reduce((sum, one) => sum + one, 0));
      const bytes = Uint8Array.from(list.flatMap((one) => [...one]));
      const sorted = [...sortPieces({ bytes, offset, size })].map((number) => Buffer.from(list[number]!));
      expect(sorted).toEqual(list.map((one) => Buffer.from(one)).sort(Buffer.compare));
    }),
  );
});

test('of the pieces that a text begins with the longest is told, windows of near misses left aside', () => {
  const needle = fc.record({ bytes: piece, variant: fc.constantFrom(0, NEAR_HEAD, NEAR_TAIL) });
  fc.assert(
    fc.property(fc.array(needle, { minLength: 100, maxLength: 200 }), piece, (list, text) => {
      const tables = buildNeedleTables(list.map((one, secret) => ({ ...one, secret })));
      const index = new NeedleIndex(tables, null);
      const begins = (bytes: Uint8Array, length: number) =>
        Buffer.from(bytes.subarray(0, length)).equals(text.subarray(0, length));
      const sizes = list
        .filter(({ bytes, variant }) => variant === 0 && begins(bytes, bytes.length))
        .map(({ bytes }) => bytes.length);
      const longest = index.longestAt(text, 0, text.length);
      expect(longest === -1 ? 0 : tables.size[longest]).toBe(Math.max(0, ...sizes));
      if (longest !== -1) expect(tables.variant[longest]).toBe(0);
      for (const length of [4, 8])
        expect(index.begins(text, 0, length)).toBe(list.some(({ bytes }) => begins(bytes, length)));
    }),
    { numRuns: 300 },
  );
});

test('every needle is found where it stands, however many there are', () => {
  for (const count of [0, 1, 255, 256, 257, 3000]) {
    const needles = Array.from({ length: count }, (_, secret) => {
      const bytes = Buffer.from(`needle ${secret} ${'x'.repeat(secret % 40)}`);
      return { bytes, secret, variant: 0 };
    });
    const index = new NeedleIndex(buildNeedleTables(needles), null);
    for (const { bytes, secret } of needles.filter((_, at) => at % 97 === 0)) {
      const spans = found(index, Buffer.concat([Buffer.from('ahead '), bytes, Buffer.from(' behind')]));
      expect(spans, `needle ${secret} of ${count}`).toContainEqual([6, 6 + bytes.length]);
    }
  }
});

test('a needle may be overwritten when the next one is asked for', () => {
  const value = Buffer.from('overwritten later');
  const given = Buffer.from(value);
  const tables = buildNeedleTables(
    (function* () {
      yield { bytes: given, secret: 0, variant: 0 };
      given.fill(0);
    })(),
  );
  expect(found(new NeedleIndex(tables, null), value)).toContainEqual([0, value.length]);
});

test('padding inside a long value is not sought alone, a value of padding is', () => {
  const noise = Uint8Array.from({ length: PIECE }, (_, at) => (at * 37) & 255);
  const long = Buffer.concat([noise, Buffer.alloc(4 * PIECE), noise]);
  const sizes = (bytes: Uint8Array) =>
    [...buildNeedleTables([{ bytes, secret: 0, variant: 0 }]).offset].length;
  expect(sizes(long)).toBe(2);
  expect(sizes(Buffer.alloc(3 * PIECE))).toBe(3);
  expect(sizes(Buffer.concat([noise, noise]))).toBe(2);
});

test('no spelling of a value is left outside the tables, and wiping overwrites those', () => {
  const value = Buffer.from('correct horse');
  const compiled = compileNeedles([value], true);
  expect(value.toString()).toBe('correct horse');
  const index = new NeedleIndex(compiled.tables, null);
  const { bytes, hash, grams } = compiled.tables;
  expect(bytes.includes(value[0]!)).toBe(true);
  index.wipe();
  for (const cells of [bytes, hash, grams]) expect(cells.every((cell) => cell === 0)).toBe(true);
});

test('a wiped index fails rather than pass over what it knew', () => {
  const index = new NeedleIndex(compileNeedles([Buffer.from('correct horse')], false).tables, null);
  index.wipe();
  index.wipe();
  const haystack = Buffer.from('correct horse');
  expect(() => found(index, haystack)).toThrow(TypeError);
  expect(() => index.partialStart(haystack, 0, haystack.length)).toThrow(TypeError);
});

/** Bytes that are neighbours in few needles, and a line end. */
const letters = fc.array(fc.constantFrom(...'ab\n='), { minLength: 8, maxLength: 12 });

test('the first beginning of a needle at the end of the data is told, wherever that is', () => {
  const parts = fc.array(fc.tuple(fc.nat(3), fc.nat(12), fc.constantFrom('', '\n', 'a', ' ')), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(fc.array(letters, { minLength: 1, maxLength: 4 }), parts, fc.nat(), (drawn, places, cut) => {
      const values = drawn.map((value) => value.join(''));
      const index = new NeedleIndex(
        buildNeedleTables(values.map((value, secret) => ({ bytes: Buffer.from(value), secret, variant: 0 }))),
        null,
      );
      // Beginnings of needles one behind the other, and what stands in between.
      const text = places.map(([which, length, between]) => {
        return (values[which % values.length] ?? '').slice(0, length) + between;
      });
      const haystack = Buffer.from(text.join(''));
      const from = cut % (haystack.length + 1);
      const begun = [...haystack.keys()].find(
        (at) =>
          at >= from &&
          values.some(
            (value) =>
              value.length > haystack.length - at && value.startsWith(haystack.toString('latin1', at)),
          ),
      );
      // What stands behind the end has no say.
      const more = Buffer.concat([haystack, Buffer.from('ab\n=')]);
      expect(index.partialStart(more, from, haystack.length)).toBe(begun ?? haystack.length);
    }),
    { numRuns: 2_000 },
  );
});
