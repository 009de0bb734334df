import type { KernelTables } from '../engine/kernel/kernel.ts';
import { type Buckets, fillBuckets } from '../engine/kernel/keyword-buckets.ts';

type Keywords = KernelTables['keywords'];

/** Buckets and the keywords they were filled with, as JSON can hold them: the build saves those of all detectors. */
export interface SavedBuckets {
  readonly keywords: string;
  readonly offsets: readonly number[];
  readonly masks: readonly number[];
}

/**
 * The keywords' buckets of the last matcher, for the next one: secrets change, keywords seldom do. Filling
 * them takes 20 ms (50 ms in a process that just started), which a stream would wait for.
 */
export class KeptBuckets {
  #keywords: string | null = null;
  #buckets: Buckets | null = null;

  /** @param saved what the build saved, if anything */
  constructor(saved: SavedBuckets | null) {
    if (saved === null) return;
    this.#keywords = saved.keywords;
    this.#buckets = { offsets: Uint16Array.from(saved.offsets), masks: Uint8Array.from(saved.masks) };
  }

  of(keywords: Keywords): Buckets {
    const named = nameAll(keywords);
    if (this.#buckets === null || named !== this.#keywords) this.#buckets = fillBuckets(keywords);
    this.#keywords = named;
    return this.#buckets;
  }
}

/** What `KeptBuckets` starts from in a later process. */
export function saveBuckets(keywords: Keywords): SavedBuckets {
  const { offsets, masks } = fillBuckets(keywords);
  return { keywords: nameAll(keywords), offsets: [...offsets], masks: [...masks] };
}

function nameAll(keywords: Keywords): string {
  return keywords.map(({ bytes, fold }) => `${fold ? 'f' : 'e'}${Buffer.from(bytes).toString('hex')}`).join();
}
