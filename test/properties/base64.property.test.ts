import { expect, test } from 'vitest';
import { PATIENCE, progress, SEED } from '../campaigns/size.ts';
import { base64Cores, base64Within } from '../support/encode-base64.ts';
import { randomCut } from '../support/generate-cuts.ts';
import { Chance } from '../support/generate-random.ts';
import { matcherOf, named, redactChunks } from '../support/redact-stream.ts';

const SECRETS = 3_000;
const PREFIXES = ['', 'u:', 'admin:', 'user name:'].map((text) => Buffer.from(text));
const SUFFIXES = ['', '\n', '@host'].map((text) => Buffer.from(text));
const PRINTABLE = Array.from({ length: 94 }, (_, at) => String.fromCharCode(0x21 + at)).join('');

test(
  'misses none of 36,000 base64 texts: 3,000 values of 8 to 40 characters behind 4 prefixes and before 3 suffixes',
  () => {
    const chance = new Chance(SEED);
    let missed = 0;
    let done = 0;
    // 100 values a matcher: as many as a busy pod mounts, and few enough to name a failure.
    for (let group = 0; group < SECRETS / 100; group++) {
      const values = Array.from({ length: 100 }, () =>
        Buffer.from(chance.text(PRINTABLE, chance.between(8, 40))),
      );
      const matcher = matcherOf(named(values), { wasm: group % 2 === 0 });
      for (const value of values)
        for (const prefix of PREFIXES)
          for (const suffix of SUFFIXES) {
            const form = { alphabet: chance.pick(['base64', 'base64url'] as const), padded: chance.oneIn(2) };
            const line = Buffer.concat([
              Buffer.from('auth: '),
              base64Within(prefix, value, suffix, form),
              Buffer.from('\n'),
            ]);
            const { bytes } = redactChunks(matcher, randomCut(line, chance), 'text');
            if (base64Cores(value).some((core) => bytes.includes(core))) missed++;
            progress('base64', ++done, 36_000);
          }
    }
    expect({ done, missed }).toEqual({ done: 36_000, missed: 0 });
  },
  PATIENCE,
);
