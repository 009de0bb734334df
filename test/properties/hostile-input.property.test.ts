import { describe, test } from 'vitest';
import { loadDetectors } from '../../src/config/detector-files.ts';
import { cases, LONG, PATIENCE, SEED } from '../campaigns/size.ts';
import { expectLinear } from '../support/expect-linear.ts';
import { cutInto } from '../support/generate-cuts.ts';
import { hostileTo, wakingWith } from '../support/generate-hostile.ts';
import { Chance } from '../support/generate-random.ts';
import { drawSecret } from '../support/generate-secrets.ts';
import { expectNone } from '../support/oracle-report.ts';
import { MAX_RECORD_BYTES, matcherOf, named, redactChunks, Tap } from '../support/redact-stream.ts';

const chance = new Chance(SEED);
const [token, password, periodic, long, pem, lines, escapes] = [
  'token',
  'password',
  'periodic',
  'long',
  'pem',
  'lines',
  'escapes',
].map((kind) => drawSecret(chance, kind).value) as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
const selfOverlapping = [Buffer.from(`${'a'.repeat(400)}b`), Buffer.from(`${'ab'.repeat(200)}c`)];
const repeatedLine = Buffer.from('line-of-it-\n'.repeat(30));
const values = [token, password, periodic, long, pem, lines, escapes, ...selfOverlapping, repeatedLine];

const loaded = await loadDetectors({ builtin: true, select: ['all'], files: [] });
const matcher = matcherOf(named(values), { wasm: true });
const awake = matcherOf(named(values), { wasm: true, near: true, detectors: loaded.detectors });
const HOSTILE = hostileTo(values, long);
const WAKING = wakingWith(loaded.specs.flatMap((spec) => spec.keywords));

/** Larger than any value and any window, so that what grows faster than the input shows. */
const SMALL = 128 * 1024;
/** With detectors at work hostile bytes cost far more each. */
const SMALL_AWAKE = 16 * 1024;

describe.each(['text', 'auto'] as const)(
  'as %s, four times the bytes cost about four times as much',
  (format) => {
    test.each(Object.keys(HOSTILE))(
      '%s',
      (name) => expectLinear({ matcher, format, make: HOSTILE[name]!, size: SMALL }),
      PATIENCE,
    );
    test.each(Object.keys(WAKING))(
      'with every detector at work: %s',
      (name) => expectLinear({ matcher: awake, format, make: WAKING[name]!, size: SMALL_AWAKE }),
      PATIENCE,
    );
  },
);

// Undecided bytes: at most a record, or a value in its longest spelling, and the chunk that is being read.
const RECORD_LIMIT = cases(128 * 1024, MAX_RECORD_BYTES);
const HELD_LIMIT = 2 * RECORD_LIMIT;

describe.each(['text', 'json', 'auto'] as const)('as %s', (format) => {
  test(
    'what is held stays bounded on every hostile input, and no byte of it is lost',
    () => {
      const wrong: string[] = [];
      for (const [name, make] of Object.entries(HOSTILE)) {
        const input = make(5 * RECORD_LIMIT);
        const tap = new Tap(matcher, format, RECORD_LIMIT);
        let held = 0;
        for (const chunk of cutInto(input, 64 * 1024)) {
          tap.push(chunk);
          held = Math.max(held, tap.redactor.held);
        }
        tap.end();
        if (held > HELD_LIMIT) wrong.push(`${name}: ${held} bytes held`);
        if (tap.findings().length === 0 && !tap.all().equals(input))
          wrong.push(`${name}: bytes changed without a finding`);
      }
      expectNone(wrong);
    },
    PATIENCE,
  );

  test(
    'a value torn apart by far more filler than is held comes out the same however it is cut',
    () => {
      const wrong: string[] = [];
      for (const value of [password, lines])
        for (const [name, make] of Object.entries(HOSTILE)) {
          const half = value.length >> 1;
          const filler = make(cases(100_000, 1_300_000));
          const tail = Buffer.concat([value.subarray(half), Buffer.from('\n')]);
          const input = Buffer.concat([value.subarray(0, half), filler, tail]);
          const whole = redactChunks(matcher, [input], format, RECORD_LIMIT / 2).bytes;
          for (const size of LONG ? [64 * 1024, 4_093] : [4_093])
            if (!redactChunks(matcher, cutInto(input, size), format, RECORD_LIMIT / 2).bytes.equals(whole))
              wrong.push(`${name} in chunks of ${size}`);
        }
      expectNone(wrong);
    },
    PATIENCE,
  );
});
