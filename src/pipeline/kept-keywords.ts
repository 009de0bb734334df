import type { Detector } from '../engine/detectors/detector.ts';
import type { KernelTables } from '../engine/kernel/kernel.ts';
import { type Buckets, fillBuckets } from '../engine/kernel/keyword-buckets.ts';
import { type KeywordPlan, planKeywords } from '../engine/kernel/keyword-plan.ts';
import { KeywordIndex } from '../engine/keyword-index.ts';

type Keywords = KernelTables['keywords'];

/** Buckets and the keywords they were filled with, as JSON can hold them: the build saves those of all detectors. */
export interface SavedBuckets {
  /** Base64 of them all. */
  readonly keywords: string;
  readonly offsets: readonly number[];
  readonly masks: readonly number[];
}

/**
 * What was made of the last matcher's keywords, for the next one: secrets change, keywords seldom do. All of
 * it takes 30 ms (90 ms in a process that just started), which a stream would wait for.
 */
export class KeptKeywords {
  #flat: Buffer | null = null;
  #buckets: Buckets | null = null;
  #detectors: readonly Detector[] = [];
  #index: KeywordIndex | null = null;
  #planned: Keywords | null = null;
  #plan: KeywordPlan | null = null;

  /** @param saved what the build saved, if anything */
  constructor(saved: SavedBuckets | null) {
    if (saved === null) return;
    this.#flat = Buffer.from(saved.keywords, 'base64');
    this.#buckets = { offsets: Uint16Array.from(saved.offsets), masks: Uint8Array.from(saved.masks) };
  }

  /** The index of the detectors' keywords. */
  index(detectors: readonly Detector[]): KeywordIndex {
    if (this.#index === null || !alike(detectors, this.#detectors)) this.#index = new KeywordIndex(detectors);
    this.#detectors = detectors;
    return this.#index;
  }

  /** The kernel's tables of an index's keywords. */
  plan(keywords: Keywords): KeywordPlan {
    if (this.#plan === null || keywords !== this.#planned)
      this.#plan = planKeywords(keywords, this.#bucketsOf(keywords));
    this.#planned = keywords;
    return this.#plan;
  }

  #bucketsOf(keywords: Keywords): Buckets {
    const flat = flatten(keywords);
    if (this.#buckets === null || this.#flat?.equals(flat) !== true) this.#buckets = fillBuckets(keywords);
    this.#flat = flat;
    return this.#buckets;
  }
}

/** Both lists make the same index: short values make detectors anew, of the same keywords. */
function alike(one: readonly Detector[], other: readonly Detector[]): boolean {
  return (
    one.length === other.length &&
    one.every((detector, at) => {
      const before = other[at]!;
      if (detector === before) return true;
      return detector.before === before.before && flatten(detector.keywords).equals(flatten(before.keywords));
    })
  );
}

/** What `KeptKeywords` starts from in a later process. */
export function saveBuckets(keywords: Keywords): SavedBuckets {
  const { offsets, masks } = fillBuckets(keywords);
  return { keywords: flatten(keywords).toString('base64'), offsets: [...offsets], masks: [...masks] };
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
