import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MAX_VALUE, MIN_NEEDLE, NEAR_VARIANTS, spell, VARIANTS } from '../../../src/engine/variants/index.ts';
import { trimBlanks } from '../../../src/engine/variants/trim.ts';

const value = fc.oneof(
  fc.uint8Array({ minLength: 8, maxLength: 200 }),
  fc.string({ minLength: 8, maxLength: 60 }).map((text) => Buffer.from(text)),
  fc.string({ unit: 'binary', minLength: 8, maxLength: 60 }).map((text) => Buffer.from(text)),
);
const around = fc.uint8Array({ maxLength: 12 });

/** The bytes the needles are spelled from: see `spell`. */
function soughtOf(bytes: Uint8Array): Buffer {
  const trimmed = trimBlanks(bytes);
  return Buffer.from(trimmed.length >= MIN_NEEDLE ? trimmed : bytes);
}

/** Naive: some needle of the variant stands in the text. */
function meets(bytes: Uint8Array, variant: string | null, text: Buffer): boolean {
  return spell(bytes, 0).some(
    (needle) =>
      (variant === null || VARIANTS[needle.variant]!.name === variant) && text.indexOf(needle.bytes) !== -1,
  );
}

/** A value has a spelling `write`, and whatever stands around it, a needle meets it. */
function alwaysMet(write: (bytes: Buffer) => Buffer | null): void {
  fc.assert(
    fc.property(value, around, around, (bytes, before, after) => {
      const written = write(soughtOf(bytes));
      if (written === null || written.length < MIN_NEEDLE) return true;
      return meets(bytes, null, Buffer.concat([before, written, after]));
    }),
    { numRuns: 300 },
  );
}

const asText = (bytes: Buffer): string | null => (isUtf8(bytes) ? bytes.toString() : null);
const latin1 = (bytes: Buffer, change: (text: string) => string) =>
  Buffer.from(change(bytes.toString('latin1')), 'latin1');

test('a value is met as it is', () => alwaysMet((bytes) => bytes));
test('a value is met in hex of either case', () => {
  alwaysMet((bytes) => Buffer.from(bytes.toString('hex')));
  alwaysMet((bytes) => Buffer.from(bytes.toString('hex').toUpperCase()));
});
test('a value is met as a form field', () =>
  alwaysMet((bytes) => latin1(bytes, (text) => text.replaceAll(' ', '+'))));
test('a value is met in single quotes', () => {
  alwaysMet((bytes) => latin1(bytes, (text) => text.replaceAll("'", "'\\''")));
  alwaysMet((bytes) => latin1(bytes, (text) => text.replaceAll("'", `'"'"'`)));
});
test('a value is met as UTF-16 text', () => {
  alwaysMet((bytes) => {
    const text = asText(bytes);
    return Buffer.from(text ?? bytes.toString('latin1'), 'utf16le');
  });
});
test('a value is met in the other case', () => {
  alwaysMet((bytes) => latin1(bytes, (text) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase())));
  alwaysMet((bytes) => latin1(bytes, (text) => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase())));
});
test('a value of several lines is met with any line ends', () => {
  for (const glue of ['\n', '\r\n', ' ', ''])
    alwaysMet((bytes) => latin1(bytes, (text) => text.split(/\r?\n/).join(glue)));
});
test('a value of several lines is met where white space is folded', () => {
  const lines = fc.array(fc.stringMatching(/^[!-~]{1,7}$/), { minLength: 3, maxLength: 8 });
  fc.assert(
    fc.property(lines, fc.constantFrom('\n', '\r\n', '\n  ', '\n\n'), (texts, glue) => {
      const bytes = Buffer.from(texts.join(glue));
      const folded = Buffer.from(texts.join(' '));
      return folded.length < MIN_NEEDLE || bytes.length < MIN_NEEDLE || meets(bytes, 'joined', folded);
    }),
  );
});

test('needles are long enough, each once, and have memory of their own', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const copy = Buffer.from(bytes);
      const needles = spell(bytes, 7);
      const seen = new Set(needles.map((needle) => Buffer.from(needle.bytes).toString('hex')));
      expect(seen.size).toBe(needles.length);
      for (const needle of needles) {
        expect(needle.bytes.length).toBeGreaterThanOrEqual(MIN_NEEDLE);
        expect(needle.secret).toBe(7);
        needle.bytes.fill(0);
      }
      expect(copy.equals(bytes)).toBe(true);
    }),
  );
});

test('white space around a value is left out, and a short value has no needle', () => {
  const [first] = spell(Buffer.from(' \tlong-enough\r\n'), 0);
  expect(Buffer.from(first!.bytes).toString()).toBe('long-enough');
  expect(spell(Buffer.from('short77'), 0)).toEqual([]);
  expect(spell(Buffer.from('short77\n').subarray(0, 7), 0)).toEqual([]);
  expect(spell(new Uint8Array(0), 0)).toEqual([]);
});

test('the first variant of the register that spells some bytes gets them', () => {
  const plainOnly = spell(Buffer.from('1234-5678-9012'), 0).filter((needle) => needle.variant === 0);
  expect(plainOnly).toHaveLength(1);
  expect(spell(Buffer.from('1234-5678-9012'), 0).some((needle) => NEAR_VARIANTS.has(needle.variant))).toBe(
    false,
  );
});

test('the register fits the needle index, and only the cases are near misses', () => {
  expect(VARIANTS.length).toBeLessThanOrEqual(32);
  expect(new Set(VARIANTS.map((variant) => variant.name)).size).toBe(VARIANTS.length);
  expect([...NEAR_VARIANTS].map((index) => VARIANTS[index]!.name)).toEqual(['upper', 'lower']);
});

test('needles grow with the value: about 15 for a word, at most 30 times the bytes', () => {
  expect(spell(Buffer.from('Correct-Horse_9.'), 0).length).toBeLessThanOrEqual(16);
  for (const size of [1_000, 100_000]) {
    const bytes = Buffer.from(Array.from({ length: size }, (_, i) => 32 + ((i * 7919 + (i >> 3)) % 90)));
    const total = spell(bytes, 0).reduce((sum, needle) => sum + needle.bytes.length, 0);
    expect(total / size).toBeLessThan(30);
  }
});

test('of a value over 1 MiB the first MiB is sought', () => {
  const bytes = Buffer.alloc(MAX_VALUE + 500, 'abcdefghij');
  expect(spell(bytes, 0)[0]!.bytes.length).toBe(MAX_VALUE);
});
