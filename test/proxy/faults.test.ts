import { expect, test } from 'vitest';
import { shipUnderFaults } from '../campaigns/proxy-faults.ts';
import { cases, PATIENCE, SEED } from '../campaigns/size.ts';

test(
  'while upstreams and proxy are ended again and again every record arrives, and no secret does',
  async () => {
    const plan = {
      records: cases(5_000, 100_000),
      outages: cases(3, 20),
      terms: cases(1, 5),
      kills: cases(1, 5),
      seed: SEED,
    };
    const { wrong, ...report } = await shipUnderFaults(plan);
    process.stderr.write(`${JSON.stringify(report)}\n`);
    expect(wrong.slice(0, 20)).toEqual([]);
    expect(report.records).toBe(plan.records);
    // Every fault made at least one shipper try again.
    const again = Object.values(report.again).reduce((sum, count) => sum + count, 0);
    expect(again).toBeGreaterThan(plan.outages + plan.terms + plan.kills);
  },
  PATIENCE,
);
