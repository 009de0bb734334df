import { expect, test } from 'vitest';
import { compileOwn } from '../../src/config/compile-own.ts';
import { FOUND, UNDECIDED } from '../../src/engine/detectors/detector.ts';
import { referenceScan } from '../../src/engine/detectors/reference-scan.ts';
import { specOf } from '../engine/detectors/spec-of.ts';

const own = (changes: Parameters<typeof specOf>[0]) =>
  compileOwn(specOf({ engine: 're2', window: { before: 8, after: 60 }, ...changes }));

test("a user's pattern that our machine reads decides before its window is whole", () => {
  const verdict = { start: 0, end: 0, holdFrom: 0, readTo: 0 };
  const bytes = Buffer.from('key=abc ');
  const window = { from: 0, to: 8, more: true, keywordStart: 0, keywordEnd: 3, text: 0 };
  expect(own({}).verify(bytes, window, verdict)).toBe(FOUND);
  expect(verdict).toMatchObject({ start: 4, end: 7 });
});

test('one that it does not read runs on re2-wasm', () => {
  const detector = own({ pattern: 'key=(?P<secret>\\pL{3})' });
  const bytes = Buffer.from('key=abc ');
  expect(referenceScan([detector], bytes)).toEqual([{ detector: 'x.y', start: 4, end: 7 }]);
  const window = { from: 0, to: 8, more: true, keywordStart: 0, keywordEnd: 3, text: 0 };
  expect(detector.verify(bytes, window, { start: 0, end: 0, holdFrom: 0, readTo: 0 })).toBe(UNDECIDED);
});

test('a window that our machine finds wanting is what it was before: re2-wasm takes it', () => {
  const detector = own({ window: { before: 0, after: 20 }, pattern: '\\bkey=(?P<secret>[a-z]{1,40})' });
  expect(referenceScan([detector], Buffer.from('a key=abc'))).toHaveLength(1);
});

test('what RE2 refuses is refused, also when our machine reads it', () => {
  const wide = { window: { before: 8, after: 3000 }, pattern: 'key=(?P<secret>[a-z]{1,2000})' };
  expect(() => own(wide)).toThrow('x.y: pattern: invalid repetition size');
});

test('what neither reads is told in the words of RE2', () => {
  expect(() => own({ pattern: 'key=(?P<secret>a(?=b))' })).toThrow('x.y: pattern: invalid perl operator');
});
