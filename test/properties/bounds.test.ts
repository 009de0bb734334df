import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { LONG, PATIENCE, SEED } from '../campaigns/size.ts';
import { Chance } from '../support/generate-random.ts';
import { drawSecret } from '../support/generate-secrets.ts';
import { matcherOf, named, redactChunks } from '../support/redact-stream.ts';

// The child runs what was built: `npm test` builds first.
const build = process.env.UNLEAK_BUILD ?? fileURLToPath(new URL('../../dist/', import.meta.url));
const child = fileURLToPath(new URL('../support/one-line-child.mjs', import.meta.url));
const MEBIBYTES = LONG ? 1_024 : 128;
const RSS_LIMIT_MIB = 200;

describe.each(['text', 'json', 'auto'])('as %s', (format) => {
  test.each(['text', 'json', 'escapes'])(
    `one line of ${MEBIBYTES} MiB stays within bounds and loses the value in its middle: %s`,
    (filler) => {
      const printed = execFileSync(process.execPath, [child, String(MEBIBYTES), format, filler, build]);
      const told = JSON.parse(printed.toString());
      expect(told).toMatchObject({ leaked: 0, placeholders: 1 });
      expect(told.written).toBe(told.read - 'correct-horse-battery-staple'.length + '[REDACTED:db]'.length);
      expect(told.maxRssMiB).toBeLessThan(RSS_LIMIT_MIB);
    },
    PATIENCE,
  );
});

test(
  '10,000 secrets load at a cost that grows as their number, and each of them is found',
  () => {
    const chance = new Chance(SEED);
    const values = Array.from(
      { length: 10_000 },
      () => drawSecret(chance, chance.pick(['token', 'password', 'binary', 'base64'])).value,
    );
    const costMs = (count: number): number => {
      const start = process.cpuUsage();
      matcherOf(named(values.slice(0, count)));
      const used = process.cpuUsage(start);
      return (used.user + used.system) / 1_000;
    };
    const told: string[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      const few = Math.min(costMs(2_500), costMs(2_500));
      const many = costMs(10_000);
      if (many <= few * 8 + 200) break;
      told.push(`${few.toFixed(0)} ms for 2,500 and ${many.toFixed(0)} ms for 10,000`);
    }
    expect(told.length).toBeLessThan(3);
    const matcher = matcherOf(named(values));
    for (const value of values.filter((_, at) => at % 97 === 0)) {
      const line = Buffer.concat([Buffer.from('v= '), value, Buffer.from(' .\n')]);
      expect(redactChunks(matcher, [line]).bytes.includes(value)).toBe(false);
    }
  },
  PATIENCE,
);
