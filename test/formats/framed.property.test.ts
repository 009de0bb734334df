import { describe, expect, test } from 'vitest';
import { cases, SEED } from '../campaigns/size.ts';
import { randomCut } from '../support/generate-cuts.ts';
import { Chance } from '../support/generate-random.ts';
import { matcherOf, redactChunks } from '../support/redact-stream.ts';
import { FramedTap, type FrameName, redactFramed } from './framed-tap.ts';
import { frameLine, headers, interleave, joined, type Line, partsOf } from './generate-framed.ts';

const VALUES = ['correct-horse-battery', 'horse-battery-staple', 'pa"ss\\wörd/😀<&>', '8472639105'];
const matcher = matcherOf(VALUES.map((text, at) => ({ name: `s${at}`, value: Buffer.from(text) })));

/** A logical line: text, or a JSON record, with values in it or parts of them. */
function logicalLine(chance: Chance): Buffer {
  const words = Array.from({ length: chance.below(6) }, () => {
    const value = chance.pick(VALUES);
    if (chance.oneIn(3)) return value;
    return chance.oneIn(3) ? value.slice(0, chance.below(value.length)) : chance.text('ab é=:{}"\\,', 6);
  });
  const text = words.join(chance.pick(['', ' ', '=']));
  if (!chance.oneIn(3)) return Buffer.from(text);
  const record = { level: 'info', msg: text, n: chance.oneIn(2) ? 8472639105 : 1, inner: '' };
  if (chance.oneIn(3)) record.inner = JSON.stringify(record);
  return Buffer.from(JSON.stringify(record));
}

interface Case {
  readonly file: Buffer;
  readonly streams: Readonly<Record<Line['stream'], Buffer>>;
}

function drawCase(name: FrameName, chance: Chance): Case {
  const logical = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  const parts = { stdout: [] as Line[], stderr: [] as Line[] };
  for (let i = chance.between(1, 12); i > 0; i--) {
    const stream = chance.oneIn(3) ? 'stderr' : 'stdout';
    const line = logicalLine(chance);
    logical[stream].push(line, Buffer.from('\n'));
    parts[stream].push(...partsOf(stream, line, chance));
  }
  const lines = interleave(parts.stdout, parts.stderr, chance);
  return {
    file: Buffer.concat(lines.map((line) => frameLine(name, line, chance))),
    streams: { stdout: Buffer.concat(logical.stdout), stderr: Buffer.concat(logical.stderr) },
  };
}

describe.each(['cri', 'docker'] as const)('as %s', (name) => {
  test('each stream reads as if it had been redacted by itself, and headers stay, however it is cut', () => {
    for (let run = 0; run < cases(400, 20_000); run++) {
      const chance = new Chance(SEED + run);
      const { file, streams } = drawCase(name, chance);
      const output = redactFramed(name, matcher, [file]);
      const told = `seed ${SEED + run}`;
      for (const stream of ['stdout', 'stderr'] as const) {
        expect(joined(name, file, stream).toString(), told).toBe(streams[stream].toString());
        const wanted = redactChunks(matcher, [streams[stream]], 'auto').bytes;
        expect(joined(name, output, stream).toString(), told).toBe(wanted.toString());
      }
      expect(headers(name, output), told).toEqual(headers(name, file));
      for (let i = 0; i < 3; i++) {
        const cut = redactFramed(name, matcher, randomCut(file, chance));
        expect(cut.equals(output), told).toBe(true);
      }
    }
  });

  test('a file without a finding comes out byte for byte, noise among it too', () => {
    const none = matcherOf([{ name: 'none', value: Buffer.from('zzzz-not-there-zzzz') }]);
    for (let run = 0; run < cases(300, 10_000); run++) {
      const chance = new Chance(SEED + run);
      const { file } = drawCase(name, chance);
      const at = chance.below(file.length);
      const noise = chance.bytes(chance.below(200));
      const input = Buffer.concat([file.subarray(0, at), noise, file.subarray(at)]);
      const output = redactFramed(name, none, randomCut(input, chance));
      expect(output.equals(input), `seed ${SEED + run}`).toBe(true);
    }
  });

  test('noise, torn lines and lines that are not framed let no value through, however they are cut', () => {
    const value = Buffer.from(VALUES[0]!);
    for (let run = 0; run < cases(300, 10_000); run++) {
      const chance = new Chance(SEED + run);
      const { file } = drawCase(name, chance);
      const at = chance.below(file.length);
      // The blank keeps a cut escape (`\u007`) from taking the value's first letter as its own.
      const before = Buffer.concat([chance.bytes(chance.below(9)), Buffer.from(' ')]);
      const noise = Buffer.concat([before, value, chance.bytes(chance.below(9))]);
      const input = Buffer.concat([file.subarray(0, at), noise, file.subarray(at)]);
      const output = redactFramed(name, matcher, [input]);
      expect(output.includes(value), `seed ${SEED + run}`).toBe(false);
      expect(redactFramed(name, matcher, randomCut(input, chance)).equals(output), `seed ${SEED + run}`).toBe(
        true,
      );
    }
  });

  test('as many findings are counted as in the streams themselves', () => {
    const chance = new Chance(SEED);
    for (let run = 0; run < 100; run++) {
      const { file, streams } = drawCase(name, chance);
      const wanted = [streams.stdout, streams.stderr].flatMap(
        (bytes) => redactChunks(matcher, [bytes], 'auto').findings,
      );
      const found = countFindings(name, file);
      expect(found.toSorted()).toEqual(wanted.toSorted());
    }
  });
});

function countFindings(name: FrameName, file: Buffer): string[] {
  const tap = new FramedTap(name, matcher);
  tap.push(file);
  tap.end();
  const { findings } = tap.redactor;
  const told: string[] = [];
  for (let i = 0; i < findings.length; i++) {
    told.push(`${findings.rule(i)}:${findings.spelling(i)}:${findings.bytes(i)}`);
  }
  return told;
}
