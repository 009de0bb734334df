import {
  BLOCK_AT,
  BLOCK_SIZE,
  CHAIN_BITS,
  CHAINS_AT,
  ENTRY_FOLLOWERS_AT,
  ENTRY_OR_AT,
  ENTRY_SIZE,
  ENTRY_VALUE_AT,
  KEYWORD_HITS_AT,
  KEYWORD_NUMBERS_AT,
  PART,
  POSITIONS_AT,
  SEVERAL,
  SHORT_BITS,
  SHORT_CHAINS_AT,
  TAG_NEXT_AT,
  TAG_OFFSET_AT,
  TAG_SIZE,
  TAG_VALUE_AT,
} from '../layout';
import { HASH } from './needles';
import { fetchRows, listWindows } from './windows';

let tagsAt: usize = 0;
let entriesAt: usize = 0;
/** Bytes that a window may stand behind its keyword's start, at most; -1 if there is no keyword. */
let reach: i32 = -1;
/** Hits in this block so far. */
let count: i32 = 0;
/** There were more than the lists hold: positions alone are told. */
let crowded: bool = false;

/** @param furthest the largest window offset of a keyword, -1 if there is no keyword */
export function configureKeywords(tags: usize, entries: usize, furthest: i32): void {
  tagsAt = tags;
  entriesAt = entries;
  reach = furthest;
}

/** Lists the keywords that begin in the block's first `size` bytes and end before `limit`; returns how many. */
export function findKeywords(size: i32, limit: i32, base: i32): i32 {
  if (reach < 0) return 0;
  const end = min(size + reach, limit);
  count = 0;
  crowded = false;
  for (let from = 0; from < end; from += PART) {
    const to = min(from + PART, end);
    fetchRows(from, to);
    let listEnd = listWindows(from, to);
    // Behind the last 3 bytes stands anything: whether a keyword of 3 bytes is there, its row can't say.
    if (limit - 3 >= from && limit - 3 < to) {
      store<i32>(listEnd, limit - 3);
      listEnd += 4;
    }
    verify(listEnd, size, limit, base);
  }
  return count;
}

/** The first of the keywords whose window may be these four bytes, case bits set, plus one; 0 if there is none. */
// @ts-ignore: decorator
@inline
function chainOf(folded: u32): u32 {
  return u32(load<u16>(((folded * HASH) >> (32 - CHAIN_BITS)) << 1, CHAINS_AT));
}

/** The same for keywords of 3 bytes. */
// @ts-ignore: decorator
@inline
function shortChainOf(folded: u32): u32 {
  return u32(load<u16>((((folded & 0xffffff) * HASH) >> (32 - SHORT_BITS)) << 1, SHORT_CHAINS_AT));
}

/**
 * Keeps of the listed positions those that some chain begins for: half of them, and each is written before that is
 * known, for a branch would be guessed wrong. Returns the list's end.
 */
// @ts-ignore: decorator
@inline
function sift(listEnd: usize): usize {
  let out: usize = POSITIONS_AT;
  for (let item: usize = POSITIONS_AT; item < listEnd; item += 4) {
    const p = load<i32>(item);
    const folded = load<u32>(p, BLOCK_AT) | 0x20202020;
    store<i32>(out, p);
    out += usize((chainOf(folded) | shortChainOf(folded)) !== 0) << 2;
  }
  return out;
}

/** Compares the keywords whose window may stand at a listed position; notes where one begins, and which. */
function verify(listEnd: usize, size: i32, limit: i32, base: i32): void {
  const end = sift(listEnd);
  for (let item: usize = POSITIONS_AT; item < end; item += 4) {
    const p = load<i32>(item);
    const four = load<u32>(p, BLOCK_AT);
    const next = chainOf(four | 0x20202020);
    if (next !== 0) walk(next, p, four, size, limit, base);
    const nextShort = shortChainOf(four | 0x20202020);
    if (nextShort !== 0) walk(nextShort, p, four, size, limit, base);
  }
}

/** Compares the keywords of a chain with what stands round the window `four` at `p`. */
// @ts-ignore: decorator
@inline
function walk(first: u32, p: i32, four: u32, size: i32, limit: i32, base: i32): void {
  let next = first;
  while (next !== 0) {
    const index = next - 1;
    const tag = tagsAt + usize(index) * TAG_SIZE;
    next = load<u16>(tag, TAG_NEXT_AT);
    if ((four | load<u32>(tag)) !== load<u32>(tag, TAG_VALUE_AT)) continue;
    const entry = entriesAt + usize(index) * ENTRY_SIZE;
    const start = p - i32(load<u16>(tag, TAG_OFFSET_AT));
    const end = start + i32(load<u16>(entry));
    if (start < 0 || start >= size || end > limit) continue;
    if (differs(start, entry) || !mayFollow(entry, end, limit)) continue;
    note(base + start, crowded ? SEVERAL : index);
  }
}

/** Both vectors of a keyword at once: `(bytes | or) ^ value` is zero all over where it stands. */
// @ts-ignore: decorator
@inline
function differs(start: i32, entry: usize): bool {
  const head = v128.or(v128.load(start, BLOCK_AT), v128.load(entry, ENTRY_OR_AT));
  const rest = v128.or(v128.load(start, BLOCK_AT + 16), v128.load(entry, ENTRY_OR_AT + 16));
  return v128.any_true(
    v128.or(
      v128.xor(head, v128.load(entry, ENTRY_VALUE_AT)),
      v128.xor(rest, v128.load(entry, ENTRY_VALUE_AT + 16)),
    ),
  );
}

/** What stands behind a keyword is part of a finding, or not here yet. */
// @ts-ignore: decorator
@inline
function mayFollow(entry: usize, end: i32, limit: i32): bool {
  if (end >= limit) return true;
  const byte = u32(load<u8>(end, BLOCK_AT));
  return ((u32(load<u8>(entry + (byte >> 3), ENTRY_FOLLOWERS_AT)) >> (byte & 7)) & 1) !== 0;
}

/**
 * Notes that a keyword begins at `position`, once. Windows come in ascending order and stand at most `reach` behind
 * their keywords: only the last hits can be behind a new one.
 */
function note(position: i32, number: u32): void {
  let at = count;
  while (at > 0) {
    const before = load<i32>((at - 1) << 2, KEYWORD_HITS_AT);
    if (before < position) break;
    if (before === position) {
      const known = u32(load<u16>((at - 1) << 1, KEYWORD_NUMBERS_AT));
      if (known === number) return;
      if (known < number) break;
    }
    at--;
  }
  if (count === BLOCK_SIZE) {
    crowd();
    note(position, SEVERAL);
    return;
  }
  for (let i = count; i > at; i--) {
    store<i32>(i << 2, load<i32>((i - 1) << 2, KEYWORD_HITS_AT), KEYWORD_HITS_AT);
    store<u16>(i << 1, load<u16>((i - 1) << 1, KEYWORD_NUMBERS_AT), KEYWORD_NUMBERS_AT);
  }
  store<i32>(at << 2, position, KEYWORD_HITS_AT);
  store<u16>(at << 1, u16(number), KEYWORD_NUMBERS_AT);
  count++;
}

/** Names each position once, without its keyword: fewer than the block has bytes, so that the lists hold them. */
function crowd(): void {
  let kept: i32 = 0;
  for (let at: i32 = 0; at < count; at++) {
    const position = load<i32>(at << 2, KEYWORD_HITS_AT);
    if (kept > 0 && load<i32>((kept - 1) << 2, KEYWORD_HITS_AT) === position) continue;
    store<i32>(kept << 2, position, KEYWORD_HITS_AT);
    store<u16>(kept << 1, u16(SEVERAL), KEYWORD_NUMBERS_AT);
    kept++;
  }
  count = kept;
  crowded = true;
}
