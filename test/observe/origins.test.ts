import { expect, test } from 'vitest';
import { FindingList } from '../../src/engine/findings.ts';
import type { Rule } from '../../src/engine/matcher.ts';
import { NO_VARIANT } from '../../src/engine/spelling.ts';
import { type Origin, OriginList } from '../../src/formats/body.ts';
import { FindingsCount, type Row } from '../../src/observe/findings-count.ts';
import { boundOrigins, MAX_ORIGINS, MAX_WAITING_ORIGINS } from '../../src/observe/origin-rows.ts';

const RULES: readonly Rule[] = ['x.one', 'x.two'].map((label) => ({
  label,
  kind: 'detector',
  secret: null,
  rank: 1,
  observe: false,
}));

function counting(byOrigin = true): FindingsCount {
  const count = new FindingsCount();
  count.byOrigin = byOrigin;
  return count;
}

/** One finding of rule 0 from each origin. */
function add(count: FindingsCount, origins: readonly (Origin | null)[], rules = RULES): void {
  const list = new FindingList();
  const told = new OriginList();
  for (const origin of origins) {
    list.push(0, NO_VARIANT, 10);
    told.tell(list.length, origin);
  }
  count.add({ stream: 'loki', list, rules, origins: told }, 1000);
}

const told = (rows: readonly Row[]) => rows.map(({ origin, count }) => [origin, count]);

test('rows are told apart by origin, whatever the order of its members, and findings without one stay together', () => {
  const count = counting();
  add(count, [{ pod: 'a', app: 'x' }, null, { pod: 'b', app: 'x' }, { app: 'x', pod: 'a' }, null]);
  add(count, [{ pod: 'a', app: 'x' }]);
  expect(told(count.takeRows())).toEqual([
    [null, 2],
    [{ pod: 'a', app: 'x' }, 3],
    [{ pod: 'b', app: 'x' }, 1],
  ]);
  expect(count.takeRows()).toEqual([]);
  expect(count.labels.get('x.one')!.count).toBe(6);
});

test('a name that holds what separates names is no other origin', () => {
  const count = counting();
  add(count, [{ pod: 'a","app":"b' }, { pod: 'a', app: 'b' }]);
  expect(count.takeRows()).toHaveLength(2);
});

test('without a ledger origins make no rows', () => {
  const count = counting(false);
  add(count, [{ pod: 'a' }, { pod: 'b' }, null]);
  expect(told(count.takeRows())).toEqual([[null, 3]]);
});

test('origins over the limit are counted as other, and after a flush there is room again', () => {
  const count = counting();
  const many = Array.from({ length: MAX_ORIGINS + 5 }, (_, n) => ({ pod: `p${n}` }));
  add(count, many);
  add(count, many);
  const rows = count.takeRows();
  expect(rows).toHaveLength(MAX_ORIGINS + 1);
  expect(told(rows.filter(({ origin }) => origin === 'other'))).toEqual([['other', 10]]);
  expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(2 * many.length);
  add(count, many.slice(-5));
  expect(told(count.takeRows())).toEqual(many.slice(-5).map((origin) => [origin, 1]));
});

test('another generation counts in rows of its own, each with its origin', () => {
  const count = counting();
  add(count, [{ pod: 'a' }]);
  add(count, [{ pod: 'a' }], [...RULES].reverse());
  expect(count.takeRows().map(({ label, origin }) => [label, origin])).toEqual([
    ['x.one', { pod: 'a' }],
    ['x.two', { pod: 'a' }],
  ]);
});

test('is full by the rows of all origins together', () => {
  const count = counting();
  const rules = Array.from({ length: 200 }, (_, at): Rule => ({ ...RULES[0]!, label: `x.${at}` }));
  for (let pod = 0; pod < 500; pod++) {
    expect(count.full).toBe(false);
    const list = new FindingList();
    const origins = new OriginList();
    for (let rule = 0; rule < rules.length; rule++) list.push(rule, NO_VARIANT, 1);
    origins.tell(list.length, { pod: `p${pod}` });
    count.add({ stream: 'loki', list, rules, origins }, 1000);
  }
  expect(count.full).toBe(true);
  expect(count.takeRows()).toHaveLength(100_000);
  expect(count.full).toBe(false);
});

test('rows that wait to be written keep a bounded number of origins, and lose no row', () => {
  const count = counting();
  add(count, [{ pod: 'a' }]);
  const [row] = count.takeRows();
  const waiting = Array.from({ length: MAX_WAITING_ORIGINS + 7 }, (_, n) => ({
    ...row!,
    origin: { pod: `p${n}` },
  }));
  const bound = boundOrigins([...waiting, ...waiting]);
  expect(bound).toHaveLength(2 * waiting.length);
  expect(bound.filter(({ origin }) => origin === 'other')).toHaveLength(14);
});
