import { hasBit, type Keyword } from './kernel.ts';
import { chooseWindows, isFolded, WINDOW } from './keyword-windows.ts';
import * as layout from './layout.ts';

const CASE = 0x20;

/** What the assembly reads about keywords, as `layout.ts` places it. */
export interface KeywordPlan {
  /** A bit for each hashed window. */
  readonly rows: Uint8Array;
  /** For each hash of a window the first entry plus one; keywords of 3 bytes stand in chains of their own. */
  readonly chains: Uint16Array;
  readonly shortChains: Uint16Array;
  readonly tags: Uint8Array;
  readonly entries: Uint8Array;
  /** The largest distance from a keyword's start to its window; -1 if there is no keyword. */
  readonly reach: number;
}

/** Lays out the keyword tables. `keywords`: each at least 3 bytes, at most 65,534 of them. */
export function planKeywords(keywords: readonly Keyword[]): KeywordPlan {
  const offsets = chooseWindows(keywords);
  // What lies behind a keyword's bytes is filled with ones, in the haystack as in the entry; so are followers not known.
  const entries = new Uint8Array(keywords.length * layout.ENTRY_SIZE).fill(0xff);
  const tags = new DataView(new ArrayBuffer(keywords.length * layout.TAG_SIZE));
  const rows = new Uint8Array(layout.ROWS_SIZE);
  const chains = new Uint16Array(2 ** layout.CHAIN_BITS);
  const shortChains = new Uint16Array(2 ** layout.SHORT_BITS);
  const fields = new DataView(entries.buffer);
  keywords.forEach((keyword, index) => {
    const offset = offsets[index]!;
    const isShort = keyword.bytes.length < WINDOW;
    const heads = isShort ? shortChains : chains;
    const chain = hashOf(keyword.bytes, offset, isShort);
    const tag = index * layout.TAG_SIZE;
    writeTag(tags, tag, keyword, offset);
    tags.setUint16(tag + layout.TAG_NEXT_AT, heads[chain]!, true);
    tags.setUint16(tag + layout.TAG_OFFSET_AT, offset, true);
    heads[chain] = index + 1;
    const at = index * layout.ENTRY_SIZE;
    fields.setUint16(at, Math.min(keyword.bytes.length, layout.KEYWORD_MAX), true);
    writeComparison(entries, at, keyword);
    if (keyword.followers && keyword.bytes.length <= layout.KEYWORD_MAX)
      entries.set(keyword.followers, at + layout.ENTRY_FOLLOWERS_AT);
    setBits(rows, keyword, offset);
  });
  const reach = offsets.reduce((most, offset) => Math.max(most, offset), -1);
  return { rows, chains, shortChains, tags: new Uint8Array(tags.buffer), entries, reach };
}

/** The hash of a window with the case bit set in each byte, letter or not. */
function hashOf(bytes: Uint8Array, offset: number, isShort: boolean): number {
  let word = bytes[offset]! | (bytes[offset + 1]! << 8) | (bytes[offset + 2]! << 16);
  if (!isShort) word |= bytes[offset + 3]! << 24;
  const cased = word | (isShort ? 0x202020 : 0x20202020);
  return Math.imul(cased, 0x9e3779b1) >>> (32 - (isShort ? layout.SHORT_BITS : layout.CHAIN_BITS));
}

/** A fourth byte that the keyword has not is filled with ones, in the haystack's window too. */
function writeTag(tags: DataView, at: number, keyword: Keyword, offset: number): void {
  for (let i = 0; i < WINDOW; i++) {
    const byte = keyword.bytes[offset + i];
    tags.setUint8(at + layout.TAG_OR_AT + i, orOf(keyword, byte));
    tags.setUint8(at + layout.TAG_VALUE_AT + i, byte ?? 0xff);
  }
}

/** `(haystack | or) === value`: `or` folds letters. */
function writeComparison(entries: Uint8Array, at: number, keyword: Keyword): void {
  const { bytes } = keyword;
  const size = Math.min(bytes.length, layout.KEYWORD_MAX);
  for (let i = 0; i < size; i++) {
    entries[at + layout.ENTRY_OR_AT + i] = orOf(keyword, bytes[i]);
    entries[at + layout.ENTRY_VALUE_AT + i] = bytes[i]!;
  }
}

function orOf(keyword: Keyword, byte: number | undefined): number {
  if (byte === undefined) return 0xff;
  return isFolded(keyword, byte) ? CASE : 0;
}

/** Sets the bits of a window: in both cases of its first byte, and with whatever follows a keyword of 3. */
function setBits(rows: Uint8Array, keyword: Keyword, offset: number): void {
  const { bytes, followers } = keyword;
  const first = bytes[offset]!;
  const low = first | ((bytes[offset + 1]! | CASE) << 8);
  const third = bytes[offset + 2]! | CASE;
  const fourth = bytes[offset + 3];
  for (let last = fourth ?? 0; last <= (fourth ?? 255); last++) {
    if (fourth === undefined && followers && !hasBit(followers, last)) continue;
    const high = third | ((last | CASE) << 8);
    setBit(rows, low, high);
    if (isFolded(keyword, first)) setBit(rows, low - CASE, high);
  }
}

function setBit(rows: Uint8Array, low: number, high: number): void {
  const row = (low * layout.ROW_LOW + high * layout.ROW_HIGH) & 0xffff;
  const bit = (low * layout.BIT_LOW + high * layout.BIT_HIGH) & 0xffff;
  rows[row >>> 1]! |= 1 << (bit >>> 13);
}
