import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileDetector } from '../../../src/engine/detectors/compile-spec.ts';
import { type Detector, FOUND, NONE, UNDECIDED } from '../../../src/engine/detectors/detector.ts';
import { DetectorFault } from '../../../src/engine/detectors/detector-fault.ts';
import { MAX_RE2_PATTERNS, Re2Pattern } from '../../../src/engine/detectors/re2-engine.ts';
import { captureHeads } from '../../../src/engine/detectors/re2-groups.ts';
import { referenceScan } from '../../../src/engine/detectors/reference-scan.ts';
import type { DetectorSpec } from '../../../src/engine/detectors/spec.ts';
import { randomHaystack, randomPattern } from '../pattern/random-pattern.ts';
import { specOf } from './spec-of.ts';

const own = (pattern: string, more: Partial<DetectorSpec> = {}): Detector =>
  compileDetector(specOf({ pattern, engine: 're2', window: { before: 20, after: 60 }, ...more }));

const spans = (detector: Detector, text: string): string[] => {
  const bytes = Buffer.from(text, 'latin1');
  return referenceScan([detector], bytes).map(({ start, end }) => bytes.toString('latin1', start, end));
};

describe("users' patterns", () => {
  test("the secret's place is told behind letters of two bytes, and where its text repeats", () => {
    const detector = own('key[a-z]*=(?P<secret>[a-z]+)');
    const bytes = Buffer.from('é😀 keyab=ab', 'utf8');
    expect(referenceScan([detector], bytes)).toEqual([
      { detector: 'x.y', start: bytes.length - 2, end: bytes.length },
    ]);
  });

  test('the first match that holds the keyword counts, not one before it', () => {
    expect(spans(own('[a-z]+=(?P<secret>\\w+)'), 'a=first key=second')).toEqual(['second']);
  });

  test('nothing is decided before the window is whole', () => {
    const detector = own('key=(?P<secret>[a-z]+)');
    const verdict = { start: 0, end: 0, holdFrom: 0, readTo: 0 };
    const bytes = Buffer.from('  key=abc');
    const window = { from: 1, to: 9, more: true, keywordStart: 2, keywordEnd: 5, text: 0 };
    expect(detector.verify(bytes, window, verdict)).toBe(UNDECIDED);
    expect(verdict.holdFrom).toBe(1);
    expect(detector.verify(bytes, { ...window, more: false }, verdict)).toBe(FOUND);
    expect(verdict).toMatchObject({ start: 6, end: 9 });
    expect(detector.verify(Buffer.from('  key=123'), { ...window, more: false }, verdict)).toBe(NONE);
  });

  test('they say the same as our own machine', () => {
    fc.assert(
      fc.property(
        randomPattern,
        fc.array(randomHaystack, { minLength: 8, maxLength: 8 }),
        (source, texts) => {
          fc.pre(!source.includes('\\B'));
          const pattern = `(?:${source.replace('(?P<secret>', '(?:')})?key(?:${source})`;
          const spec = specOf({ pattern, window: { before: 20, after: 60 } });
          const ours = compileDetector(spec);
          const theirs = compileDetector({ ...spec, engine: 're2' });
          for (const text of texts) {
            const haystack = `${text}key${text}`;
            expect(spans(theirs, haystack)).toEqual(spans(ours, haystack));
          }
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('refusals', () => {
  test.each([
    ['key(?=x)(?P<secret>a)', 'invalid perl operator'],
    ['key=[a-z]+', 'no group'],
    ['key(?P<secret>', 'missing'],
    ['(?:key=(?P<secret>a),)+', 'repetition'],
    ['(?P<secret>(?:key)?)', 'nothing at all'],
  ])('%s is refused', (pattern, message) => {
    expect(() => own(pattern)).toThrow(message);
  });

  test('a window that re2-wasm should not get is refused', () => {
    expect(() => own('key(?P<secret>a)', { window: { before: 0, after: 5000 } })).toThrow('4096');
  });
});

describe('captureHeads', () => {
  test.each([
    ['a(?P<secret>b)', '(?P<unleak_head_0>a)(?P<secret>b)'],
    [
      'x|a(?:b|c(?i)d(?P<secret>e))f',
      'x|(?P<unleak_head_0>a)(?:b|(?P<unleak_head_1>c)(?i)(?P<unleak_head_2>d)(?P<secret>e))f',
    ],
    ['[(]\\((?P<secret>b)(?:c)+', '(?P<unleak_head_0>[(]\\()(?P<secret>b)(?:c)+'],
    ['[]()[:alpha:](]\\Q((\\E(?P<secret>b)', '(?P<unleak_head_0>[]()[:alpha:](]\\Q((\\E)(?P<secret>b)'],
  ])('%s', (source, wanted) => {
    expect(captureHeads(source).source).toBe(wanted);
  });
});

describe('re2-wasm aborts', () => {
  test('it is a fault without the input in it, and the next call works again', () => {
    const pattern = new Re2Pattern('key=(?P<secret>[a-z]+)');
    const detector = own('key=(?P<secret>[a-z]+)');
    // An input larger than the WASM heap aborts it for certain; detectors never give it one.
    expect(() => pattern.match('x'.repeat(20_000_000), 0)).toThrow('re2-wasm aborted');
    expect(pattern.match('key=abc', 0)?.index).toBe(0);
    expect(spans(detector, 'key=abc')).toEqual(['abc']);
    pattern.free();
    expect(new DetectorFault('x.y', 're2-wasm aborted')).toMatchObject({ code: 'E_DETECTOR_FAULT' });
  });

  test('more patterns than the heap can hold are refused', () => {
    const patterns: Re2Pattern[] = [];
    try {
      expect(() => {
        for (let n = 0; n <= MAX_RE2_PATTERNS; n++)
          patterns.push(new Re2Pattern(`key${n}(?P<secret>[a-z]{2,9})`));
      }).toThrow(RangeError);
    } finally {
      for (const pattern of patterns) pattern.free();
    }
  });
});
