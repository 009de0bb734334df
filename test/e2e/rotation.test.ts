import { expect, test } from 'vitest';
import { rotateUnderFire } from '../campaigns/rotation.ts';
import { cases, PATIENCE } from '../campaigns/size.ts';
import { scratch } from './running.ts';

test(
  'while the Secret is swapped under fire no value of any generation leaves, no line is lost or doubled',
  async () => {
    const swaps = cases(8, 50);
    const report = await rotateUnderFire({ dir: scratch(), swaps, linesPerSecond: cases(5_000, 50_000) });
    process.stderr.write(`${JSON.stringify(report)}\n`);
    expect(report.wrong).toEqual([]);
    expect(report.lines).toBeGreaterThan(0);
    expect(report.generations).toBe(swaps + 1);
  },
  PATIENCE,
);
