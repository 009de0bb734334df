import { describe, test } from 'vitest';
import { cases, PATIENCE, SEED } from '../campaigns/size.ts';
import { SPELLINGS } from '../support/encode.ts';
import { Chance } from '../support/generate-random.ts';
import { drawSecret } from '../support/generate-secrets.ts';
import { expectNone } from '../support/oracle-report.ts';
import { matcherOf, named, redactChunks } from '../support/redact-stream.ts';

const RUNS = cases(60, 2_000);

describe.each(SPELLINGS.filter((spelling) => spelling.exact))('$name', (spelling) => {
  test(
    'is replaced as a whole, and nothing beside it changes',
    () => {
      const wrong: string[] = [];
      for (let run = 0; run < RUNS && wrong.length < 8; run++) {
        const chance = new Chance(SEED + run);
        const { kind, value } = drawSecret(chance);
        // White space at a value's ends is not sought: no one span is the right one.
        if (/^\s|\s$/.test(value.toString('latin1'))) continue;
        const spelled = spelling.spell(value, chance);
        if (spelled === null) continue;
        // Each line of a value is a finding too: between raw line ends there may be one placeholder or several.
        if (spelled.includes(0x0a) && spelling.name !== 'plain') continue;
        const stream = Buffer.concat([Buffer.from('ts=1 v= '), spelled, Buffer.from(' ; done\n')]);
        const { bytes } = redactChunks(matcherOf(named([value])), [stream], 'text');
        if (bytes.toString('latin1') !== 'ts=1 v= [REDACTED:s0] ; done\n')
          wrong.push(`seed ${SEED + run}: ${kind} of ${value.length} bytes`);
      }
      expectNone(wrong);
    },
    PATIENCE,
  );
});
