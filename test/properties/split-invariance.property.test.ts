import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FormatName } from '../../src/formats/format.ts';
import { cases, PATIENCE, SEED } from '../campaigns/size.ts';
import { SPELLINGS } from '../support/encode.ts';
import { cutAt, everyCut, randomCut } from '../support/generate-cuts.ts';
import { noise } from '../support/generate-noise.ts';
import { Chance } from '../support/generate-random.ts';
import { drawSecret, drawSecrets } from '../support/generate-secrets.ts';
import { expectNone } from '../support/oracle-report.ts';
import { matcherOf, named, redactChunks } from '../support/redact-stream.ts';

const FORMATS: readonly FormatName[] = ['text', 'json', 'auto'];

/** A stream thick with secrets, half secrets and escapes. */
function busyStream(chance: Chance, values: readonly Buffer[], lines: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < lines; at++) {
    const value = chance.pick(values);
    const spelled = chance.pick(SPELLINGS).spell(value, chance) ?? value;
    const piece = chance.oneIn(3) ? spelled.subarray(0, chance.between(1, spelled.length)) : spelled;
    const json = chance.oneIn(3);
    parts.push(
      noise(chance, 1),
      json ? Buffer.from(`{"k":${JSON.stringify(piece.toString())},"n":[1,2]}`) : piece,
      Buffer.from(chance.pick(['', '\n', '\n', '\r\n', '"', '\\'])),
    );
  }
  return Buffer.concat(parts);
}

describe.each(FORMATS)('as %s', (format) => {
  test(
    'a random stream gives the same bytes and the same findings however it is cut',
    () => {
      const runs = cases(80, 6_000);
      const differing: string[] = [];
      for (let run = 0; run < runs && differing.length < 10; run++) {
        const chance = new Chance(SEED + run);
        const values = drawSecrets(chance).map((secret) => secret.value);
        const matcher = matcherOf(named(values), { wasm: run % 2 === 0, near: run % 4 > 1 });
        const stream = busyStream(chance, values, chance.between(1, 12));
        const whole = redactChunks(matcher, [stream], format);
        for (let way = 0; way < 6; way++) {
          const cut = redactChunks(matcher, randomCut(stream, chance), format);
          if (!cut.bytes.equals(whole.bytes)) differing.push(`run ${run} way ${way}: bytes differ`);
          else if (cut.findings.join() !== whole.findings.join())
            differing.push(`run ${run} way ${way}: findings differ`);
          else if (cut.records !== whole.records)
            differing.push(`run ${run} way ${way}: record counts differ`);
        }
      }
      expectNone(differing);
    },
    PATIENCE,
  );

  test(
    'a short stream gives the same bytes for every cut in two and byte by byte',
    () => {
      const runs = cases(25, 1_000);
      const differing: string[] = [];
      for (let run = 0; run < runs && differing.length < 10; run++) {
        const chance = new Chance(SEED - run);
        const values = drawSecrets(chance)
          .map((secret) => secret.value)
          .filter((value) => value.length < 100);
        if (values.length === 0) values.push(drawSecret(chance, 'password').value);
        const matcher = matcherOf(named(values), { wasm: run % 2 === 0, near: run % 4 > 1 });
        const stream = busyStream(chance, values, 2).subarray(0, 700);
        const whole = redactChunks(matcher, [stream], format).bytes;
        let way = 0;
        for (const chunks of everyCut(stream)) {
          if (!redactChunks(matcher, chunks, format).bytes.equals(whole)) {
            differing.push(`run ${run} way ${way} of ${stream.length} bytes`);
            break;
          }
          way++;
        }
      }
      expectNone(differing);
    },
    PATIENCE,
  );

  test(
    'a stream of few letters, dense with near matches, is the same for every cut',
    () => {
      const letters = fc.constantFrom('a', 'b', '\\', '"', '\n', '%', 'n');
      const value = fc.array(letters, { minLength: 8, maxLength: 14 }).map((units) => `${units.join('')}x`);
      fc.assert(
        fc.property(
          fc.uniqueArray(value, { minLength: 1, maxLength: 3 }),
          fc.array(fc.oneof(letters, fc.nat(2), fc.constant('x'), fc.constant('{"a":"')), { maxLength: 40 }),
          fc.array(fc.nat(400), { maxLength: 6 }),
          (values, pieces, places) => {
            const stream = Buffer.from(
              pieces.map((piece) => (typeof piece === 'number' ? (values[piece] ?? 'ab') : piece)).join(''),
            );
            const matcher = matcherOf(named(values.map((text) => Buffer.from(text))));
            const whole = redactChunks(matcher, [stream], format).bytes;
            const within = places.filter((place) => place <= stream.length);
            expect(redactChunks(matcher, cutAt(stream, within), format).bytes.equals(whole)).toBe(true);
          },
        ),
        { seed: SEED, numRuns: cases(300, 20_000) },
      );
    },
    PATIENCE,
  );
});
