import type { KernelTables } from './kernel.ts';
import { type Buckets, fillBuckets, isFolded, PLACES } from './keyword-buckets.ts';
import {
  CHAIN_BITS,
  ENTRY_OR_AT,
  ENTRY_SIZE,
  ENTRY_VALUE_AT,
  KEYWORD_MAX,
  TAG_SIZE,
  WINDOW_BITS,
} from './layout.ts';

type Keyword = KernelTables['keywords'][number];

/** Bytes of a window that every keyword has. */
const HEAD = 3;

/** What the assembly reads about keywords, as `layout.ts` places it. */
export interface KeywordPlan {
  readonly masks: Uint8Array;
  /** One bit per hashed window of 4 bytes. */
  readonly windows: Uint32Array;
  /** For each hash of a window's first 3 bytes the first entry plus one. */
  readonly chains: Uint16Array;
  readonly tags: Uint8Array;
  readonly entries: Uint8Array;
  /** The largest distance from a keyword's start to its window; -1 if there is no keyword. */
  readonly reach: number;
}

/**
 * Lays out the keyword tables. `keywords`: each at least 3 bytes, at most 65,535 of them.
 * @param buckets what `fillBuckets` made of the same keywords, kept from before
 */
export function planKeywords(
  keywords: readonly Keyword[],
  buckets: Buckets = fillBuckets(keywords),
): KeywordPlan {
  const { offsets, masks } = buckets;
  const entries = new Uint8Array(keywords.length * ENTRY_SIZE);
  const tags = new Uint8Array(keywords.length * TAG_SIZE);
  const links = new DataView(tags.buffer);
  const windows = new Uint32Array(2 ** WINDOW_BITS / 32);
  const chains = new Uint16Array(2 ** CHAIN_BITS);
  const fields = new DataView(entries.buffer);
  keywords.forEach((keyword, index) => {
    const offset = offsets[index]!;
    const at = index * ENTRY_SIZE;
    const head = headOf(keyword.bytes, offset);
    const chain = Math.imul(head, 0x9e3779b1) >>> (32 - CHAIN_BITS);
    const fourth = keyword.bytes[offset + PLACES - 1];
    links.setUint32(index * TAG_SIZE, head | (((fourth ?? 0) | 0x20) << 24), true);
    links.setUint16(index * TAG_SIZE + 4, chains[chain]!, true);
    links.setUint16(index * TAG_SIZE + 6, fourth === undefined ? 8 : 0, true);
    chains[chain] = index + 1;
    fields.setUint16(at + 2, offset, true);
    fields.setUint16(at + 4, Math.min(keyword.bytes.length, KEYWORD_MAX), true);
    writeComparison(entries, at, keyword);
    openWindows(windows, head, fourth);
  });
  return {
    masks,
    windows,
    chains,
    tags,
    entries,
    reach: offsets.reduce((most, offset) => Math.max(most, offset), -1),
  };
}

/** The first bytes of a window with the case bit set in each, letter or not: as the assembly hashes them. */
function headOf(bytes: Uint8Array, offset: number): number {
  let head = 0;
  for (let i = 0; i < HEAD; i++) head |= (bytes[offset + i]! | 0x20) << (8 * i);
  return head;
}

/** Sets the window's bit; a keyword of 3 bytes has no fourth, so every byte that may follow gets its bit. */
function openWindows(windows: Uint32Array, head: number, fourth: number | undefined): void {
  const first = fourth === undefined ? 0 : fourth | 0x20;
  const last = fourth === undefined ? 255 : first;
  for (let byte = first; byte <= last; byte++) {
    const hash = Math.imul(head | ((byte | 0x20) << 24), 0x9e3779b1) >>> (32 - WINDOW_BITS);
    windows[hash >>> 5]! |= 1 << (hash & 31);
  }
}

/** `(haystack | or) === value`: `or` folds letters, and fills the places behind the keyword. */
function writeComparison(entries: Uint8Array, at: number, keyword: Keyword): void {
  for (let i = 0; i < KEYWORD_MAX; i++) {
    const byte = keyword.bytes[i];
    const or = byte === undefined ? 0xff : isFolded(keyword, byte) ? 0x20 : 0;
    entries[at + ENTRY_OR_AT + i] = or;
    entries[at + ENTRY_VALUE_AT + i] = byte === undefined ? 0xff : byte;
  }
}
