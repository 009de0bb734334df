import { expect, test } from 'vitest';
import { loadDetectors } from '../../src/config/detector-files.ts';
import { NO_RUNS } from '../../src/engine/detectors/detector.ts';
import { mint } from '../../src/engine/detectors/template.ts';
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

test('what the detectors find does not hang on whether runs are looked for first', () => {
  expect(detectors.filter(({ runs }) => runs.tokens >= 16).length).toBeGreaterThan(400);
  const gated = matcherOfDetectors(detectors);
  const open = matcherOfDetectors(detectors.map((detector) => ({ ...detector, runs: NO_RUNS })));
  let found = 0;
  for (const text of textsOf(new Chance(11))) {
    const spans = redactedSpans(open, text);
    expect(redactedSpans(gated, text)).toEqual(spans);
    found += spans.length;
  }
  expect(found).toBeGreaterThan(3000);
});
