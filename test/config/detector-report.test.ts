import { expect, test } from 'vitest';
import { type CorpusRow, type ScanSpan, scoreCorpus } from '../../src/config/detector-report.ts';

/** Finds `[...]`, inside of the brackets. */
function scan(text: Uint8Array): ScanSpan[] {
  const start = text.indexOf(0x5b) + 1;
  return start === 0 ? [] : [{ start, end: text.indexOf(0x5d), rule: 'bracket' }];
}

const row = (rule: string, text: string, secret: string | null): CorpusRow => ({
  rule,
  text,
  secret,
  kind: secret === null ? 'negative' : 'positive',
});

test('recall is the mean over the rules, and spans count, not text', () => {
  const report = scoreCorpus(
    [
      row('a', 'é[abc]', 'abc'),
      row('a', 'é[abc]', 'bc'),
      row('a', '[ab]c', 'ab]c'),
      row('a', 'nothing', 'thing'),
      row('b', 'abc [abc]', 'abc'),
      row('b', '[x]', null),
      row('b', 'x', null),
      row('b', 'x', 'absent'),
    ],
    scan,
  );
  expect(report.byRule).toEqual([
    { name: 'a', positives: 4, found: 2, negatives: 0, falseAlarms: 0 },
    { name: 'b', positives: 1, found: 1, negatives: 2, falseAlarms: 1 },
  ]);
  expect(report.recall).toBe(0.75);
  expect(report.falseAlarms).toBe(1);
  expect(report.skipped).toBe(1);
  expect(report.byDetector).toEqual([
    { name: 'bracket', positives: 5, found: 3, only: 3, negatives: 2, falseAlarms: 1 },
  ]);
});

test('a detector that rows name is measured on those; what is only observed is not redacted', () => {
  const two = (text: Uint8Array): ScanSpan[] => [
    ...scan(text).map((span) => ({ ...span, observed: true })),
    ...scan(text).map((span) => ({ ...span, rule: 'other' })),
  ];
  const rows = [row('bracket', '[abc]', 'abc'), row('bracket', 'abc', 'abc'), row('x', '[de]', 'de')];
  const watched = scoreCorpus(rows, (text) => two(text).slice(0, 1), ['silent']);
  expect(watched.recall).toBe(0);
  expect(watched.byDetector).toEqual([
    { name: 'bracket', positives: 2, found: 1, only: 2, negatives: 0, falseAlarms: 0 },
    { name: 'silent', positives: 3, found: 0, only: 0, negatives: 0, falseAlarms: 0 },
  ]);
  const both = scoreCorpus(rows, two);
  expect(both.byDetector.map(({ name, found, only }) => [name, found, only])).toEqual([
    ['bracket', 1, 0],
    ['other', 2, 0],
  ]);
  expect(both.recall).toBe(0.75);
});

test('every one of several secrets must be covered', () => {
  const both: CorpusRow = { rule: 'a', text: '[ab] c', secrets: ['ab', 'c'], kind: 'positive' };
  expect(scoreCorpus([both], scan).recall).toBe(0);
});
