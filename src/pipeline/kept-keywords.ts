import type { KernelTables } from '../engine/kernel/kernel.ts';
import { type Buckets, fillBuckets } from '../engine/kernel/keyword-buckets.ts';

type Keywords = KernelTables['keywords'];

/** Buckets and the keywords they were filled with, as JSON can hold them: the build saves those of all detectors. */
export interface SavedBuckets {
  /** Base64 of them all. */
  readonly keywords: string;
  readonly offsets: readonly number[];
  readonly masks: readonly number[];
}

/**
 * The keywords' buckets of the last matcher, for the next one: secrets change, keywords seldom do. Filling
 * them takes 20 ms (50 ms in a process that just started), which a stream would wait for.
 */
export class KeptBuckets {
  #keywords: Buffer | null = null;
  #buckets: Buckets | null = null;

  /** @param saved what the build saved, if anything */
  constructor(saved: SavedBuckets | null) {
    if (saved === null) return;
    this.#keywords = Buffer.from(saved.keywords, 'base64');
    this.#buckets = { offsets: Uint16Array.from(saved.offsets), masks: Uint8Array.from(saved.masks) };
  }

  of(keywords: Keywords): Buckets {
    const flat = flatten(keywords);
    if (this.#buckets === null || this.#keywords?.equals(flat) !== true)
      this.#buckets = fillBuckets(keywords);
    this.#keywords = flat;
    return this.#buckets;
  }
}

/** What `KeptBuckets` starts from in a later process. */
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
