import { type Detector, NO_RUNS } from '../engine/detectors/detector.ts';
import type { KernelTables } from '../engine/kernel/kernel.ts';
import { type KeywordPlan, planKeywords } from '../engine/kernel/keyword-plan.ts';
import { KeywordIndex } from '../engine/keyword-index.ts';

type Keywords = KernelTables['keywords'];

/**
 * What was made of the last matcher's keywords, for the next one: secrets change, keywords seldom do. All of
 * it takes 30 ms (90 ms in a process that just started), which a stream would wait for.
 */
export class KeptKeywords {
  #detectors: readonly Detector[] = [];
  #index: KeywordIndex | null = null;
  #planned: Keywords | null = null;
  #plan: KeywordPlan | null = null;

  /** The index of the detectors' keywords. */
  index(detectors: readonly Detector[]): KeywordIndex {
    if (this.#index === null || !alike(detectors, this.#detectors)) this.#index = new KeywordIndex(detectors);
    this.#detectors = detectors;
    return this.#index;
  }

  /** Makes both ahead of their use. */
  prepare(detectors: readonly Detector[]): void {
    this.plan(this.index(detectors).keywords);
  }

  /** The kernel's tables of an index's keywords. */
  plan(keywords: Keywords): KeywordPlan {
    if (this.#plan === null || keywords !== this.#planned) this.#plan = planKeywords(keywords);
    this.#planned = keywords;
    return this.#plan;
  }
}

/** Both lists make the same index: only short values make detectors anew, which need no runs, of the same keywords. */
function alike(one: readonly Detector[], other: readonly Detector[]): boolean {
  return (
    one.length === other.length &&
    one.every((detector, at) => {
      const before = other[at]!;
      if (detector === before) return true;
      if (detector.runs !== NO_RUNS || before.runs !== NO_RUNS || detector.before !== before.before)
        return false;
      return flatten(detector.keywords).equals(flatten(before.keywords));
    })
  );
}

/** All keywords in order, each behind its length and whether it folds. */
function flatten(keywords: Keywords): Buffer {
  const flat = Buffer.alloc(keywords.reduce((sum, { bytes }) => sum + 3 + bytes.length, 0));
  let at = 0;
  for (const { bytes, fold } of keywords) {
    flat[at] = fold ? 1 : 0;
    flat.writeUInt16LE(bytes.length, at + 1);
    flat.set(bytes, at + 3);
    at += 3 + bytes.length;
  }
  return flat;
}
