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
    { name: 'bracket', positives: 0, found: 3, negatives: 0, falseAlarms: 1 },
  ]);
});

test('every one of several secrets must be covered', () => {
  const both: CorpusRow = { rule: 'a', text: '[ab] c', secrets: ['ab', 'c'], kind: 'positive' };
  expect(scoreCorpus([both], scan).recall).toBe(0);
});
