import {
  BLOCK_AT,
  CANDIDATES_AT,
  CHAIN_BITS,
  CHAINS_AT,
  ENTRY_OR_AT,
  ENTRY_SIZE,
  ENTRY_VALUE_AT,
  KEYWORD_HITS_AT,
  POSITIONS_AT,
  STARTS_AT,
  TAG_SIZE,
  WINDOW_BITS,
  WINDOWS_AT,
} from '../layout';
import { HASH } from './needles';
import { GROUP } from './windows';

let tagsAt: usize = 0;
let entriesAt: usize = 0;
/** Bytes that a window may stand behind its keyword's start, at most; -1 if there is no keyword. */
export let reach: i32 = -1;

/** @param furthest the largest window offset of a keyword, -1 if there is no keyword */
export function configureKeywords(tags: usize, entries: usize, furthest: i32): void {
  tagsAt = tags;
  entriesAt = entries;
  reach = furthest;
}

/** Lists the marked positions below `end` whose four bytes hash to a window's; returns the list's end. */
export function sift(end: i32): usize {
  let out: usize = POSITIONS_AT;
  for (let p = 0; p < end; p += GROUP) {
    let word = load<u64>(p >> 3, CANDIDATES_AT);
    while (word !== 0) {
      const at = p + i32(ctz(word));
      word &= word - 1;
      const hash = ((load<u32>(at, BLOCK_AT) | 0x20202020) * HASH) >> (32 - WINDOW_BITS);
      store<i32>(out, at);
      out += ((load<u32>((hash >> 5) << 2, WINDOWS_AT) >> hash) & 1) << 2;
    }
  }
  return out;
}

/** Compares the keywords whose window may stand at a listed position; sets a bit where one begins. */
export function verify(listEnd: usize, size: i32, limit: i32): bool {
  let any = false;
  for (let item: usize = POSITIONS_AT; item < listEnd; item += 4) {
    const p = load<i32>(item);
    const four = load<u32>(p, BLOCK_AT) | 0x20202020;
    const hash = ((four & 0xffffff) * HASH) >> (32 - CHAIN_BITS);
    let next = u32(load<u16>(hash << 1, CHAINS_AT));
    while (next !== 0) {
      const index = usize(next - 1);
      const tag = tagsAt + index * TAG_SIZE;
      const differing = load<u32>(tag) ^ four;
      next = load<u16>(tag, 4);
      if (differing << u32(load<u16>(tag, 6)) !== 0) continue;
      const entry = entriesAt + index * ENTRY_SIZE;
      const start = p - i32(load<u16>(entry, 2));
      if (start < 0 || start >= size || start + i32(load<u16>(entry, 4)) > limit) continue;
      if (differs(start, entry)) continue;
      const marks = i32(load<u8>(start >> 3, STARTS_AT)) | (1 << (start & 7));
      store<u8>(start >> 3, u8(marks), STARTS_AT);
      any = true;
    }
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

/** Turns the bits of STARTS_AT into ascending hits, each once, and clears them; returns how many. */
export function collect(size: i32, base: i32): i32 {
  let out: usize = KEYWORD_HITS_AT;
  for (let p = 0; p < size; p += GROUP) {
    let word = load<u64>(p >> 3, STARTS_AT);
    if (word === 0) continue;
    store<u64>(p >> 3, 0, STARTS_AT);
    do {
      store<i32>(out, base + p + i32(ctz(word)));
      out += 4;
      word &= word - 1;
    } while (word !== 0);
  }
  return i32(out - KEYWORD_HITS_AT) >> 2;
}
