import { expect, test } from 'vitest';
import { soak } from '../campaigns/proxy-soak.ts';
import { cases, PATIENCE } from '../campaigns/size.ts';

/** What 200 bodies at once may take, and the garbage of a busy second: MB. */
const MOST_MB = 600;
/** Growth from the middle third of the time to the last: MB, and share. */
const GROWTH_MB = 60;
const GROWTH = 1.15;

const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1]!;

test(
  '200 connections without a pause leave the memory of the proxy where it was, and every body whole',
  async () => {
    const { rssMb, ...report } = await soak(cases(10, 600));
    const third = Math.floor(rssMb.length / 3);
    const [middle, last] = [median(rssMb.slice(third, 2 * third)), median(rssMb.slice(-third))];
    const told = { ...report, firstMb: rssMb[0], middleMb: middle, lastMb: last, peakMb: Math.max(...rssMb) };
    process.stderr.write(`${JSON.stringify(told)}\n`);
    expect(report).toMatchObject({ missing: 0, leaking: 0, again: {} });
    expect(report.requests).toBeGreaterThan(200);
    expect(Math.max(...rssMb)).toBeLessThan(MOST_MB);
    expect(last).toBeLessThan(Math.max(middle + GROWTH_MB, middle * GROWTH));
  },
  PATIENCE,
);
