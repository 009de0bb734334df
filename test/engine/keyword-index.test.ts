import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Detector, NO_RUNS } from '../../src/engine/detectors/detector.ts';
import { backOverToken, KeywordIndex } from '../../src/engine/keyword-index.ts';

const letter = fc.constantFrom(...'aBb\n= ');
const word = fc.array(letter, { minLength: 3, maxLength: 7 }).map((letters) => letters.join(''));
const drawnKeyword = fc.record({ word, fold: fc.boolean(), before: fc.constantFrom(0, 1, 5, 12) });

function detectorOf({ word, fold, before }: { word: string; fold: boolean; before: number }): Detector {
  const bytes = Buffer.from(fold ? word.toLowerCase() : word);
  return {
    keywords: [{ bytes, fold }],
    before,
    after: 9,
    runs: NO_RUNS,
    multiline: false,
  } as unknown as Detector;
}

test('the first beginning of a keyword at the end of the data is told, and what may be found ahead of it', () => {
  const parts = fc.array(fc.tuple(fc.nat(5), fc.nat(7), fc.constantFrom('', '\n', 'token', 'B')), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(
      fc.array(drawnKeyword, { minLength: 1, maxLength: 6 }),
      parts,
      fc.nat(),
      (drawn, places, cut) => {
        const index = new KeywordIndex(drawn.map(detectorOf));
        const text = places
          .map(
            ([which, length, between]) =>
              (drawn[which % drawn.length]?.word ?? '').slice(0, length) + between,
          )
          .join('');
        const end = text.length;
        const haystack = Buffer.from(`${text}ab=`);
        const from = cut % (end + 1);
        const floor = cut % 3 === 0 ? from : 0;
        const begun = [...Array(end).keys()].flatMap((at) =>
          drawn
            .filter(({ word, fold }) => {
              const rest = text.slice(at);
              if (at < from || word.length <= rest.length) return false;
              return fold ? word.toLowerCase().startsWith(rest.toLowerCase()) : word.startsWith(rest);
            })
            .map(({ before }) => ({ at, reach: backOverToken(haystack, floor, at, before) })),
        );
        const reach = { from: -1 };
        // What is worth it when it is asked often is there by then.
        for (let times = 0; times < 101; times++) index.partialStart(haystack, 0, 0, 1, reach);
        const first = index.partialStart(haystack, floor, from, end, reach);
        expect(first).toBe(Math.min(end, ...begun.map(({ at }) => at)));
        expect(reach.from).toBe(Math.min(end, ...begun.map((each) => each.reach)));
      },
    ),
    { numRuns: 2_000 },
  );
});
