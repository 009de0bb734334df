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
  SHORT_BITS,
  SHORTS_AT,
  STARTS_AT,
  WINDOW_BITS,
  WINDOWS_AT,
} from '../layout';
import { HASH } from './needles';
import { GROUP } from './windows';

let entriesAt: usize = 0;

export function configureKeywords(at: usize): void {
  entriesAt = at;
}

/**
 * Lists the marked positions below `end` whose four bytes hash to a window's, or three of them to a keyword
 * that has no more; returns the list's end.
 */
export function sift(end: i32): usize {
  let out: usize = POSITIONS_AT;
  for (let p = 0; p < end; p += GROUP) {
    let word = load<u64>(p >> 3, CANDIDATES_AT);
    while (word !== 0) {
      const at = p + i32(ctz(word));
      word &= word - 1;
      const four = load<u32>(at, BLOCK_AT) | 0x20202020;
      const hash = (four * HASH) >> (32 - WINDOW_BITS);
      const short = ((four & 0xffffff) * HASH) >> (32 - SHORT_BITS);
      const window = load<u32>((hash >> 5) << 2, WINDOWS_AT) >> hash;
      store<i32>(out, at);
      out += ((window | (load<u32>((short >> 5) << 2, SHORTS_AT) >> short)) & 1) << 2;
    }
  }
  return out;
}

/** Compares the keywords whose window may stand at a listed position; sets a bit where one begins. */
export function verify(listEnd: usize, size: i32, limit: i32): bool {
  let any = false;
  for (let item: usize = POSITIONS_AT; item < listEnd; item += 4) {
    const p = load<i32>(item);
    const hash = (((load<u32>(p, BLOCK_AT) & 0xffffff) | 0x202020) * HASH) >> (32 - CHAIN_BITS);
    let next = load<u16>(hash << 1, CHAINS_AT);
    while (next !== 0) {
      const entry = entriesAt + (usize(next) - 1) * ENTRY_SIZE;
      next = load<u16>(entry);
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
