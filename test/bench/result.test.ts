import { expect, test } from 'vitest';
import { chartOf } from '../../bench/chart.ts';
import { median, resultOf, skippedResult } from '../../bench/result.ts';
import type { Figure } from '../../bench/scenario.ts';
import { SCENARIOS } from '../../bench/scenarios.ts';
import { tableOf } from '../../bench/table.ts';
import { checkCount } from '../../bench/wrong-count-error.ts';

const start = SCENARIOS.find(({ name }) => name === 'start')!.figures[0]!;
const dense = SCENARIOS.find(({ name }) => name === 'dense')!.figures[0]!;

test('a ratio is taken within its round, and the median of the rounds is judged', () => {
  const ours = [10, 90, 200].map((cpuRate) => ({ cpuRate }));
  const theirs = [100, 300, 1000].map((cpuRate) => ({ cpuRate }));
  const result = resultOf('dense', dense, ours, theirs);
  expect(result).toMatchObject({ value: 0.2, lowest: 0.1, highest: 0.3, ours: 90, theirs: 300, rounds: 3 });
  expect(result.reached).toBe(false);
  expect(resultOf('dense', dense, [{ cpuRate: 25 }], [{ cpuRate: 100 }]).reached).toBe(true);
});

test('a difference is reached at its goal and missed above it', () => {
  const added = (ms: number) => resultOf('start', start, [{ ms: 40 + ms }], [{ ms: 40 }]);
  expect([added(150).reached, added(150.1).reached]).toEqual([true, false]);
});

test('the median of an even number of rounds is the mean of the middle two', () => {
  expect([median([3]), median([4, 1, 2, 30])]).toEqual([3, 3]);
});

test('a contestant that counts wrong is an error that says what it found and what stands there', () => {
  expect(() => checkCount('unleak', 41, 41)).not.toThrow();
  expect(() => checkCount('unleak', 40, 41)).toThrow('unleak found 40 where 41 stand');
});

test('table and chart name every judged figure; a skipped one says why', () => {
  const figures: readonly Figure[] = SCENARIOS.flatMap((scenario) => scenario.figures);
  const results = figures.map((figure) => {
    const theirs = figure.against === null ? null : [{ [figure.field]: 7 }];
    return resultOf('any', figure, [{ [figure.field]: 5 }], theirs);
  });
  const table = tableOf([...results, skippedResult('scan', dense, 'not installed')]);
  const chart = chartOf(results, 'a machine & its <cores>');
  for (const { name, goal } of figures) {
    expect(table).toContain(name);
    if (goal !== null) expect(chart).toContain(name);
  }
  expect(table).toContain('not installed');
  expect(chart).toContain('a machine &amp; its &lt;cores&gt;');
  expect(chart).not.toMatch(/NaN|Infinity|undefined/);
});

test('names of scenarios and figures are unique', () => {
  const names = SCENARIOS.flatMap(({ figures }) => figures.map(({ name }) => name));
  expect(new Set(names).size).toBe(names.length);
  expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
});
