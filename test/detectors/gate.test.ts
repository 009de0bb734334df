import { expect, test } from 'vitest';
import { loadDetectors } from '../../src/config/detector-files.ts';
import { NO_RUNS } from '../../src/engine/detectors/detector.ts';
import { mint } from '../../src/engine/detectors/template.ts';
import type { Matcher } from '../../src/engine/matcher.ts';
import { Output } from '../../src/engine/output.ts';
import { createRedactor } from '../../src/formats/format.ts';
import { Chance } from '../support/generate-random.ts';
import { matcherOfDetectors, redactedSpans } from '../support/redacted-spans.ts';

const { specs, detectors } = await loadDetectors({ builtin: true, select: ['all'], files: [] });

/** An example in a line of its own, between other keywords, cut, and with a byte changed. */
function* textsOf(chance: Chance): Generator<Buffer> {
  for (const { id, examples, counterexamples } of specs)
    for (const template of [...examples, ...counterexamples.map(({ text }) => text)]) {
      const whole = Buffer.from(mint(template, `${id}#gate`).bytes);
      const line = Buffer.concat([
        Buffer.from('token key: consumer '),
        whole,
        Buffer.from(' password api_key\n'),
      ]);
      yield line;
      yield line.subarray(0, chance.between(1, line.length));
      const changed = Buffer.from(line);
      changed[chance.below(changed.length)] = 0x21;
      yield changed;
    }
}

const gated = matcherOfDetectors(detectors);
const open = matcherOfDetectors(detectors.map((detector) => ({ ...detector, runs: NO_RUNS })));

test('what the detectors find does not hang on whether runs are looked for first', () => {
  expect(detectors.filter(({ runs }) => runs.tokens >= 16).length).toBeGreaterThan(400);
  let found = 0;
  for (const text of textsOf(new Chance(11))) {
    const spans = redactedSpans(open, text);
    expect(redactedSpans(gated, text)).toEqual(spans);
    found += spans.length;
  }
  expect(found).toBeGreaterThan(3000);
});

/** What leaves a redactor that is given `text` in pieces. */
function redacted(matcher: Matcher, text: Buffer, cuts: readonly number[]): string {
  const redactor = createRedactor('text', matcher, { maxRecordBytes: 1 << 20 });
  const out = new Output();
  const pieces = [0, ...cuts].map((from, nth) => text.subarray(from, cuts[nth] ?? text.length));
  for (const piece of pieces) redactor.push(piece, out);
  redactor.end(out);
  return Buffer.from(out.take()).toString('latin1');
}

test('nor does it in streams of many lines, with and without line ends, cut anywhere', () => {
  const chance = new Chance(12);
  const texts = [...textsOf(chance)];
  for (let round = 0; round < 4; round++) {
    const some = Array.from({ length: 1500 }, () => texts[chance.below(texts.length)]!);
    const lines = Buffer.concat(some).subarray(0, 300_000);
    const joined = round % 2 === 0 ? lines : Buffer.from(lines.map((byte) => (byte === 10 ? 0x20 : byte)));
    const cuts = Array.from({ length: 40 }, () => chance.below(joined.length)).sort((a, b) => a - b);
    // Findings read the same: `expect` on whole texts would print them.
    expect(redacted(gated, joined, cuts) === redacted(open, joined, cuts)).toBe(true);
  }
});
