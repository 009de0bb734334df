import { expect, test } from 'vitest';
import { sinkTrouble } from '../../src/pipeline/sink-trouble.ts';
import { Ear } from './doubles.ts';

const full = { sink: 'stdout', errno: 'ENOSPC', waiting: 7, retryMs: 50 };
const over = { ...full, retryMs: 0 };

test('a full sink is said once, again every minute while it lasts, and so is its end', () => {
  const ear = new Ear();
  let now = 1_000;
  const tell = sinkTrouble(ear, () => now);
  const codes = (): string[] => ear.said.splice(0).map((line) => line.split(' ')[0]!);
  tell(full);
  tell(full);
  expect(codes()).toEqual(['E_SINK_FULL']);
  now += 59_999;
  tell(full);
  tell({ ...full, sink: 'stderr' });
  expect(codes()).toEqual(['E_SINK_FULL']);
  now += 1;
  tell(full);
  tell(over);
  tell(over);
  expect(codes()).toEqual(['E_SINK_FULL', 'SINK_RECOVERED']);
  tell(full);
  expect(codes()).toEqual(['E_SINK_FULL']);
});
