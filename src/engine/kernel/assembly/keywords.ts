import {
  BEGINNERS_AT,
  BLOCK_AT,
  CHAIN_BITS,
  CHAINS_AT,
  ENTRY_OR_AT,
  ENTRY_SIZE,
  ENTRY_VALUE_AT,
  FIRSTS_AT,
  KEYWORD_HITS_AT,
  KEYWORD_NUMBERS_AT,
  MOST_BEGINNERS,
  PART,
  POSITIONS_AT,
  SEVERAL,
  SHORT_BITS,
  SHORT_CHAINS_AT,
  STARTS_AT,
  TAG_NEXT_AT,
  TAG_OFFSET_AT,
  TAG_SIZE,
  TAG_VALUE_AT,
} from '../layout';
import { HASH } from './needles';
import { fetchRows, listWindows } from './windows';

/** Positions in a word of STARTS_AT. */
const GROUP: i32 = 64;

let tagsAt: usize = 0;
let entriesAt: usize = 0;
/** Bytes that a window may stand behind its keyword's start, at most; -1 if there is no keyword. */
let reach: i32 = -1;
/** Beginners of this block so far. */
let beginners: u32 = 0;
/** There were more than MOST_BEGINNERS. */
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
  beginners = 0;
  crowded = false;
  let any = false;
  for (let from = 0; from < end; from += PART) {
    const to = min(from + PART, end);
    fetchRows(from, to);
    let listEnd = listWindows(from, to);
    // Behind the last 3 bytes stands anything: whether a keyword of 3 bytes is there, its row can't say.
    if (limit - 3 >= from && limit - 3 < to) {
      store<i32>(listEnd, limit - 3);
      listEnd += 4;
    }
    if (verify(listEnd, size, limit)) any = true;
  }
  return any ? collect(size, base) : 0;
}

/** Compares the keywords whose window may stand at a listed position; notes where one begins, and which. */
function verify(listEnd: usize, size: i32, limit: i32): bool {
  let any = false;
  for (let item: usize = POSITIONS_AT; item < listEnd; item += 4) {
    const p = load<i32>(item);
    const four = load<u32>(p, BLOCK_AT);
    const folded = four | 0x20202020;
    const hash = (folded * HASH) >> (32 - CHAIN_BITS);
    const next = u32(load<u16>(hash << 1, CHAINS_AT));
    if (next !== 0 && walk(next, p, four, size, limit)) any = true;
    const short = ((folded & 0xffffff) * HASH) >> (32 - SHORT_BITS);
    const nextShort = u32(load<u16>(short << 1, SHORT_CHAINS_AT));
    if (nextShort !== 0 && walk(nextShort, p, four, size, limit)) any = true;
  }
  return any;
}

/** Compares the keywords of a chain with what stands round the window `four` at `p`. */
// @ts-ignore: decorator
@inline
function walk(first: u32, p: i32, four: u32, size: i32, limit: i32): bool {
  let any = false;
  let next = first;
  while (next !== 0) {
    const index = next - 1;
    const tag = tagsAt + usize(index) * TAG_SIZE;
    next = load<u16>(tag, TAG_NEXT_AT);
    if ((four | load<u32>(tag)) !== load<u32>(tag, TAG_VALUE_AT)) continue;
    const entry = entriesAt + usize(index) * ENTRY_SIZE;
    const start = p - i32(load<u16>(tag, TAG_OFFSET_AT));
    if (start < 0 || start >= size || start + i32(load<u16>(entry)) > limit) continue;
    if (differs(start, entry)) continue;
    note(start, index);
    any = true;
  }
  return any;
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

/** Notes that keyword `index` begins at `start`: among those that begin there in ascending order, once. */
function note(start: i32, index: u32): void {
  const marks = u32(load<u8>(start >> 3, STARTS_AT));
  const mark: u32 = 1 << (start & 7);
  if ((marks & mark) === 0) {
    store<u8>(start >> 3, u8(marks | mark), STARTS_AT);
    store<u16>(start << 1, 0, FIRSTS_AT);
  }
  // Where the number of the beginner to come stands: at the start first, then in the one before it.
  let link = usize(start << 1) + FIRSTS_AT;
  let next = u32(load<u16>(link));
  while (next !== 0 && u32(load<u16>(usize(next - 1) << 2, BEGINNERS_AT)) <= index) {
    if (u32(load<u16>(usize(next - 1) << 2, BEGINNERS_AT)) === index) return;
    link = (usize(next - 1) << 2) + BEGINNERS_AT + 2;
    next = u32(load<u16>(link));
  }
  if (beginners === MOST_BEGINNERS) {
    crowded = true;
    return;
  }
  const at = usize(beginners++) << 2;
  store<u16>(at, u16(index), BEGINNERS_AT);
  store<u16>(at, u16(next), BEGINNERS_AT + 2);
  store<u16>(link, u16(beginners));
}

/** Turns the bits of STARTS_AT into hits in ascending order and clears them; returns how many. */
function collect(size: i32, base: i32): i32 {
  let count: i32 = 0;
  for (let p = 0; p < size; p += GROUP) {
    let word = load<u64>(p >> 3, STARTS_AT);
    if (word === 0) continue;
    store<u64>(p >> 3, 0, STARTS_AT);
    do {
      const start = p + i32(ctz(word));
      word &= word - 1;
      if (crowded) {
        tell(count++, base + start, SEVERAL);
        continue;
      }
      let next = u32(load<u16>(start << 1, FIRSTS_AT));
      while (next !== 0) {
        const at = usize(next - 1) << 2;
        tell(count++, base + start, load<u16>(at, BEGINNERS_AT));
        next = u32(load<u16>(at, BEGINNERS_AT + 2));
      }
    } while (word !== 0);
  }
  return count;
}

// @ts-ignore: decorator
@inline
function tell(nth: i32, position: i32, number: u32): void {
  store<i32>(nth << 2, position, KEYWORD_HITS_AT);
  store<u16>(nth << 1, u16(number), KEYWORD_NUMBERS_AT);
}
