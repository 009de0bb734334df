import { expect, test } from 'vitest';
import { loadDetectors } from '../../src/config/detector-files.ts';
import { referenceScan } from '../../src/engine/detectors/reference-scan.ts';
import { mint } from '../../src/engine/detectors/template.ts';
import type { Matcher } from '../../src/engine/matcher.ts';
import { Chance } from '../support/generate-random.ts';
import { matcherOfDetectors, redactedSpans } from '../support/redacted-spans.ts';

const { specs, detectors } = await loadDetectors({ builtin: true, select: ['all'], files: [] });

/** Adds a detector to `missed` that finds what the scanner does not. @returns how much it finds */
function compare(detector: number, matcher: Matcher, text: Buffer, missed: Set<string>): number {
  const taken = redactedSpans(matcher, text);
  const found = referenceScan([detectors[detector]!], text);
  for (const { start, end } of found)
    if (!taken.some((span) => span.start <= start && span.end >= end)) missed.add(specs[detector]!.id);
  return found.length;
}

test('the scanner finds what each detector finds that is asked at every keyword, whole, cut and changed', () => {
  const chance = new Chance(7);
  let found = 0;
  const missed = new Set<string>();
  specs.forEach((spec, at) => {
    const matcher = matcherOfDetectors([detectors[at]!]);
    for (const [nth, template] of [
      ...spec.examples,
      ...spec.counterexamples.map(({ text }) => text),
    ].entries()) {
      const { bytes } = mint(template, `${spec.id}#wake${nth}`);
      const whole = Buffer.concat([Buffer.from('x '), bytes, Buffer.from(' y')]);
      const cut = whole.subarray(0, chance.between(1, whole.length));
      const changed = Buffer.from(whole);
      changed[chance.below(changed.length)] = 0x21;
      for (const text of [whole, cut, changed]) {
        found += compare(at, matcher, text, missed);
      }
    }
  });
  expect([...missed]).toEqual([]);
  expect(found).toBeGreaterThan(3000);
});

/** A byte that a pattern spells, and that its secret may hold by chance, is not in every token of its kind. */
test('and what it finds in other tokens of the same kind', () => {
  let found = 0;
  const missed = new Set<string>();
  specs.forEach((spec, at) => {
    const matcher = matcherOfDetectors([detectors[at]!]);
    for (const [nth, template] of spec.examples.entries()) {
      for (let token = 0; token < 10; token++) {
        const { bytes } = mint(template, `${spec.id}#other${nth}.${token}`);
        // All that a look may ask for is here.
        const text = Buffer.concat([bytes, Buffer.from(`\n${'. '.repeat(1000)}`)]);
        found += compare(at, matcher, text, missed);
      }
    }
  });
  expect([...missed]).toEqual([]);
  expect(found).toBeGreaterThan(10_000);
});
