import {
  BLOCK_AT,
  CANDIDATES_AT,
  CHAINS_AT,
  CHAIN_BITS,
  ENTRIES_AT,
  ENTRY_OR_AT,
  ENTRY_SIZE,
  ENTRY_VALUE_AT,
  KEYWORD_HITS_AT,
  MASKS_AT,
  NEEDLE_HITS_AT,
  POSITIONS_AT,
  SAW_MASKS_AT,
  STARTS_AT,
  WINDOWS_AT,
  WINDOW_BITS,
} from '../layout';

const HASH: u32 = 0x9e3779b1;
const GROUP: i32 = 64;
const STRIDE: i32 = 5;

let gramsAt: usize = 0;
let gramShift: u32 = 0;
/** Bytes that a window may stand behind its keyword's start, at most. */
let reach: i32 = -1;

/** What the last scan found. */
export let needleCount: i32 = 0;
export let keywordCount: i32 = 0;
export let seen: i32 = 0;

/** @param furthest the largest window offset of a keyword, -1 if there is no keyword */
export function configure(at: usize, bits: u32, furthest: i32): void {
  gramsAt = at;
  gramShift = 32 - bits;
  reach = furthest;
}

/**
 * Scans the `size` bytes at BLOCK_AT; `limit` of them are readable data (`size <= limit`).
 * @param base haystack position of the first byte, added to every hit
 */
export function scan(size: i32, limit: i32, base: i32): void {
  needleCount = probe(min(size, limit - 3), base);
  const whole = size & -GROUP;
  let acc = mark(0, whole, true);
  acc = v128.or(acc, markTail(whole, size));
  const bits = i64x2.extract_lane(acc, 0) | i64x2.extract_lane(acc, 1);
  const half = bits | (bits >> 32);
  const quarter = half | (half >> 16);
  seen = i32((quarter | (quarter >> 8)) & 0xff);
  keywordCount = 0;
  if (reach < 0) return;
  const end = min(size + reach, limit);
  if (end > whole) mark(whole, end, false);
  const found = verify(sift(flatten(end)), size, limit);
  if (found) keywordCount = collect(size, base);
}

/** Probes the gram bitmap every STRIDE bytes below `last`; without a branch, hits overwrite misses. */
function probe(last: i32, base: i32): i32 {
  const bitmap = gramsAt;
  const shift = gramShift;
  let out: usize = NEEDLE_HITS_AT;
  for (let p = 0; p < last; p += STRIDE) {
    const hash = (load<u32>(p, BLOCK_AT) * HASH) >> shift;
    store<i32>(out, p + base);
    out += ((load<u32>(bitmap + ((hash >> 5) << 2)) >> (hash & 31)) & 1) << 2;
  }
  return i32(out - NEEDLE_HITS_AT) >> 2;
}

/**
 * Writes a bit for every position in `[from, to)`, rounded up to whole groups, where the nibble tables let
 * a window begin. Returns the escape openers met, in any lane, if `flags`: only for whole groups.
 */
// @ts-ignore: decorator
@inline
function mark(from: i32, to: i32, flags: bool): v128 {
  const zero = i8x16.splat(0);
  const low = i8x16.splat(15);
  const t0 = v128.load(MASKS_AT);
  const t1 = v128.load(MASKS_AT + 16);
  const t2 = v128.load(MASKS_AT + 32);
  const t3 = v128.load(MASKS_AT + 48);
  const t4 = v128.load(MASKS_AT + 64);
  const t5 = v128.load(MASKS_AT + 80);
  const s0 = v128.load(SAW_MASKS_AT);
  const s1 = v128.load(SAW_MASKS_AT + 16);
  const stop = (to + GROUP - 1) & -GROUP;
  let acc = zero;
  let v = v128.load(from, BLOCK_AT);
  let lo = v128.and(v, low);
  let hi = v128.and(i16x8.shr_u(v, 4), low);
  let a = v128.and(i8x16.swizzle(t0, lo), i8x16.swizzle(t1, hi));
  let b = v128.and(i8x16.swizzle(t2, lo), i8x16.swizzle(t3, hi));
  let c = v128.and(i8x16.swizzle(t4, lo), i8x16.swizzle(t5, hi));
  for (let p = from; p < stop; p += 16) {
    if (flags) acc = v128.or(acc, v128.and(i8x16.swizzle(s0, lo), i8x16.swizzle(s1, hi)));
    v = v128.load(p, BLOCK_AT + 16);
    lo = v128.and(v, low);
    hi = v128.and(i16x8.shr_u(v, 4), low);
    const na = v128.and(i8x16.swizzle(t0, lo), i8x16.swizzle(t1, hi));
    const nb = v128.and(i8x16.swizzle(t2, lo), i8x16.swizzle(t3, hi));
    const nc = v128.and(i8x16.swizzle(t4, lo), i8x16.swizzle(t5, hi));
    const second = i8x16.shuffle(b, nb, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
    const third = i8x16.shuffle(c, nc, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17);
    const open = v128.and(v128.and(a, second), third);
    store<u16>(p >> 3, i8x16.bitmask(i8x16.ne(open, zero)), CANDIDATES_AT);
    a = na;
    b = nb;
    c = nc;
  }
  return acc;
}

/** The escape openers in `[from, to)`, less than a group, in any lane. */
function markTail(from: i32, to: i32): v128 {
  const low = i8x16.splat(15);
  const lanes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  let acc = i8x16.splat(0);
  for (let p = from; p < to; p += 16) {
    const v = v128.load(p, BLOCK_AT);
    const lo = i8x16.swizzle(v128.load(SAW_MASKS_AT), v128.and(v, low));
    const hi = i8x16.swizzle(v128.load(SAW_MASKS_AT + 16), v128.and(i16x8.shr_u(v, 4), low));
    const inside = i8x16.lt_s(lanes, i8x16.splat(i8(min(to - p, 16))));
    acc = v128.or(acc, v128.and(v128.and(lo, hi), inside));
  }
  return acc;
}

/** The marked positions below `end` as a list. Eight are written whether there are so many or not: no branch. */
function flatten(end: i32): usize {
  let out: usize = POSITIONS_AT;
  for (let p = 0; p < end; p += GROUP) {
    let word = load<u64>(p >> 3, CANDIDATES_AT);
    let at = out;
    out += usize(popcnt(word)) << 2;
    do {
      store<i32>(at, p + i32(ctz(word)));
      word &= word - 1;
      store<i32>(at, p + i32(ctz(word)), 4);
      word &= word - 1;
      store<i32>(at, p + i32(ctz(word)), 8);
      word &= word - 1;
      store<i32>(at, p + i32(ctz(word)), 12);
      word &= word - 1;
      store<i32>(at, p + i32(ctz(word)), 16);
      word &= word - 1;
      store<i32>(at, p + i32(ctz(word)), 20);
      word &= word - 1;
      store<i32>(at, p + i32(ctz(word)), 24);
      word &= word - 1;
      store<i32>(at, p + i32(ctz(word)), 28);
      word &= word - 1;
      at += 32;
    } while (word != 0);
  }
  return out;
}

// @ts-ignore: decorator
@inline
function windowHash(at: usize): u32 {
  return ((load<u32>(at, BLOCK_AT) | 0x20202020) * HASH) >> (32 - WINDOW_BITS);
}

// @ts-ignore: decorator
@inline
function headHash(at: usize): u32 {
  return (((load<u32>(at, BLOCK_AT) & 0xffffff) | 0x202020) * HASH) >> (32 - CHAIN_BITS);
}

/** Keeps the positions whose four bytes hash to a window's, in place. */
function sift(end: usize): usize {
  let out: usize = POSITIONS_AT;
  for (let in_: usize = POSITIONS_AT; in_ < end; in_ += 4) {
    const p = load<u32>(in_);
    const hash = windowHash(p);
    store<u32>(out, p);
    out += ((load<u32>((hash >> 5) << 2, WINDOWS_AT) >> (hash & 31)) & 1) << 2;
  }
  return out;
}

/** Compares the keywords whose window may stand at the listed positions; sets a bit where one begins. */
function verify(end: usize, size: i32, limit: i32): bool {
  let any = false;
  for (let in_: usize = POSITIONS_AT; in_ < end; in_ += 4) {
    const p = load<i32>(in_);
    let next = load<u16>(headHash(p) << 1, CHAINS_AT);
    while (next != 0) {
      const entry = (usize(next) - 1) * ENTRY_SIZE;
      next = load<u16>(entry, ENTRIES_AT);
      const start = p - i32(load<u16>(entry, ENTRIES_AT + 2));
      if (start < 0 || start >= size || start + i32(load<u16>(entry, ENTRIES_AT + 4)) > limit) continue;
      if (differs(start, entry)) continue;
      const byte = start >> 3;
      const marked = i32(load<u8>(byte, STARTS_AT)) | (1 << (start & 7));
      store<u8>(byte, u8(marked), STARTS_AT);
      any = true;
    }
  }
  return any;
}

// @ts-ignore: decorator
@inline
function differs(start: i32, entry: usize): bool {
  const head = v128.xor(
    v128.or(v128.load(start, BLOCK_AT), v128.load(entry, ENTRIES_AT + ENTRY_OR_AT)),
    v128.load(entry, ENTRIES_AT + ENTRY_VALUE_AT),
  );
  const rest = v128.xor(
    v128.or(v128.load(start, BLOCK_AT + 16), v128.load(entry, ENTRIES_AT + ENTRY_OR_AT + 16)),
    v128.load(entry, ENTRIES_AT + ENTRY_VALUE_AT + 16),
  );
  return v128.any_true(v128.or(head, rest));
}

/** Turns the bits of STARTS_AT into ascending hits and clears them. */
function collect(size: i32, base: i32): i32 {
  let out: usize = KEYWORD_HITS_AT;
  for (let p = 0; p < size; p += GROUP) {
    let word = load<u64>(p >> 3, STARTS_AT);
    if (word == 0) continue;
    store<u64>(p >> 3, 0, STARTS_AT);
    do {
      store<i32>(out, base + p + i32(ctz(word)));
      out += 4;
      word &= word - 1;
    } while (word != 0);
  }
  return i32(out - KEYWORD_HITS_AT) >> 2;
}
