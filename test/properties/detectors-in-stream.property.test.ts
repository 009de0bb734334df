import { beforeAll, describe, expect, test } from 'vitest';
import { type LoadedDetectors, loadDetectors } from '../../src/config/detector-files.ts';
import { mint } from '../../src/engine/detectors/template.ts';
import type { Matcher } from '../../src/engine/matcher.ts';
import { cases, LONG, PATIENCE, SEED } from '../campaigns/size.ts';
import { everyCut, randomCut } from '../support/generate-cuts.ts';
import { noise } from '../support/generate-noise.ts';
import { Chance } from '../support/generate-random.ts';
import { drawSecrets } from '../support/generate-secrets.ts';
import { expectNone } from '../support/oracle-report.ts';
import { matcherOf, named, redactChunks, sameRedacted, Tap } from '../support/redact-stream.ts';

let loaded: LoadedDetectors;
let matcher: Matcher;
beforeAll(async () => {
  loaded = await loadDetectors({ builtin: true, select: ['all'], files: [] });
  const values = drawSecrets(new Chance(SEED)).map((secret) => secret.value);
  matcher = matcherOf(named(values), { detectors: loaded.detectors, near: true, wasm: true });
});

/** Examples and counterexamples of several detectors between noise, some cut short. */
function credentialStream(chance: Chance, count: number): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < count; at++) {
    const spec = chance.pick(loaded.specs);
    const templates = [...spec.examples, ...spec.counterexamples.map((example) => example.text)];
    const line = Buffer.from(mint(chance.pick(templates), `stream#${chance.next()}`).bytes);
    parts.push(
      noise(chance, 1, chance.pick(['plain', 'json', 'logfmt', 'quotes', 'colour'])),
      Buffer.from(chance.pick(['\n', ' ', ''])),
      chance.oneIn(4) ? line.subarray(0, chance.between(1, line.length)) : line,
      Buffer.from(chance.pick(['\n', '\r\n', ' ', ''])),
    );
  }
  return Buffer.concat(parts);
}

/** Byte by byte and cut in two: everywhere in the long form, at every ninth place in the short one. */
function* someCuts(stream: Buffer): Generator<Uint8Array[]> {
  let way = 0;
  for (const chunks of everyCut(stream)) if (LONG || way++ % 9 === 0) yield chunks;
}

describe.each(['text', 'json', 'auto'] as const)('as %s', (format) => {
  test(
    'credentials in a stream are found the same however it is cut',
    () => {
      const wrong: string[] = [];
      let findings = 0;
      for (let run = 0; run < cases(60, 5_000) && wrong.length < 10; run++) {
        const chance = new Chance(SEED + run);
        const stream = credentialStream(chance, chance.between(1, 8));
        const whole = redactChunks(matcher, [stream], format);
        findings += whole.findings.length;
        for (let way = 0; way < 5; way++)
          if (!sameRedacted(redactChunks(matcher, randomCut(stream, chance), format), whole))
            wrong.push(`run ${run} way ${way}`);
      }
      expectNone(wrong);
      expect(findings).toBeGreaterThan(cases(60, 5_000));
    },
    PATIENCE,
  );

  test(
    'each detector finds its first example, the same for every cut in two and byte by byte',
    () => {
      const wrong: string[] = [];
      // In CI one format takes them all, the others every fourth.
      const share = LONG || format === 'auto' ? 1 : 4;
      for (const spec of loaded.specs.filter((_, at) => at % share === 0)) {
        const { bytes } = mint(spec.examples[0]!, `${spec.id}#cut`);
        if (bytes.length > 900) continue;
        const stream = Buffer.concat([Buffer.from('x '), bytes, Buffer.from('\n')]);
        const whole = redactChunks(matcher, [stream], format);
        if (whole.findings.length === 0) wrong.push(`${spec.id}: nothing found`);
        let way = 0;
        for (const chunks of someCuts(stream)) {
          if (!sameRedacted(redactChunks(matcher, chunks, format), whole)) {
            wrong.push(`${spec.id}: way ${way}`);
            break;
          }
          way++;
        }
      }
      expectNone(wrong);
    },
    PATIENCE,
  );

  test.each(['Password: ', 'login: ', 'token=', 'Enter passphrase for key: ', '> '])(
    'with every detector at work the prompt %j leaves at once',
    (prompt) => {
      const tap = new Tap(matcher, format);
      tap.push('some line before\n');
      expect(Buffer.concat([tap.push(prompt)]).length).toBeGreaterThanOrEqual(prompt.length - 7);
      tap.idle();
      expect(tap.all().toString()).toBe(`some line before\n${prompt}`);
    },
  );
});
