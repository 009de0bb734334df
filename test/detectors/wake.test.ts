import { expect, test } from 'vitest';
import { loadDetectors } from '../../src/config/detector-files.ts';
import { mint } from '../../src/engine/detectors/template.ts';
import { KeywordIndex } from '../../src/engine/keyword-index.ts';
import { Chance } from '../support/generate-random.ts';

const { specs, detectors } = await loadDetectors({ builtin: true, select: ['all'], files: [] });
const index = new KeywordIndex(detectors);

/** Every place of a keyword in `text`, once with more to come and once without. */
function* places(text: Buffer) {
  for (let at = 0; at < text.length; at++)
    for (const keyword of index.candidates(text, at)) {
      const keywordEnd = index.endAt(keyword, text, at, text.length);
      if (keywordEnd === -1) continue;
      for (const more of [false, true])
        yield { keyword, place: { keywordStart: at, keywordEnd, end: text.length, more } };
    }
}

test('a keyword wakes whenever one of its detectors may find something, whole, cut and changed', () => {
  const chance = new Chance(7);
  let woke = 0;
  let slept = 0;
  const wrong = new Set<string>();
  for (const spec of specs)
    for (const example of spec.examples.slice(0, 2)) {
      const whole = Buffer.concat([
        Buffer.from('x '),
        mint(example, `${spec.id}#wake`).bytes,
        Buffer.from(' y'),
      ]);
      const cut = whole.subarray(0, chance.between(1, whole.length));
      const changed = Buffer.from(whole);
      changed[chance.below(changed.length)] = 0x21;
      for (const text of [whole, cut, changed])
        for (const { keyword, place } of places(text)) {
          for (const list of [2 * keyword, 2 * keyword + 1]) {
            const woken = [...index.woken.subarray(index.wakesFrom[list], index.wakesFrom[list + 1])];
            const may = woken.some((number) => detectors[number]!.mayFind(text, place));
            if (may) woke++;
            if (woken.length === 0 || index.mayWake(list, text, place)) continue;
            slept++;
            if (may) wrong.add(spec.id);
          }
        }
    }
  expect([...wrong]).toEqual([]);
  // Both sides were met.
  expect(woke).toBeGreaterThan(1000);
  expect(slept).toBeGreaterThan(200);
});
