import { BLOCK_AT, CANDIDATES_AT, MASKS_AT, SAW_MASKS_AT } from '../layout';

/** Positions in a word of CANDIDATES_AT. */
export const GROUP: i32 = 64;

/** What a place's two tables let through: bits of buckets, by bits 0-3 and bits 3-6 of each byte. */
// @ts-ignore: decorator
@inline
function through(low: v128, upper: v128, byLow: v128, byUpper: v128): v128 {
  return v128.and(i8x16.swizzle(byLow, low), i8x16.swizzle(byUpper, upper));
}

/** A bit for each of 16 positions where no bucket lets a window begin: place k looks k bytes further. */
// @ts-ignore: decorator
@inline
function closed(a: v128, b: v128, nextB: v128, c: v128, nextC: v128, d: v128, nextD: v128): i32 {
  const second = i8x16.shuffle(b, nextB, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16);
  const third = i8x16.shuffle(c, nextC, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17);
  const fourth = i8x16.shuffle(d, nextD, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18);
  const open = v128.and(v128.and(a, second), v128.and(third, fourth));
  return i8x16.bitmask(i8x16.eq(open, i8x16.splat(0)));
}

/**
 * Writes a bit for every position in `[from, to)`, rounded up to whole groups, where the tables let a
 * window begin. Returns the escape openers in that range, in any lane, if `openers`.
 */
// @ts-ignore: decorator
@inline
export function mark(from: i32, to: i32, openers: bool): v128 {
  const four = i8x16.splat(15);
  const five = i8x16.splat(31);
  const l0 = v128.load(MASKS_AT);
  const u0 = v128.load(MASKS_AT + 16);
  const l1 = v128.load(MASKS_AT + 32);
  const u1 = v128.load(MASKS_AT + 48);
  const l2 = v128.load(MASKS_AT + 64);
  const u2 = v128.load(MASKS_AT + 80);
  const l3 = v128.load(MASKS_AT + 96);
  const u3 = v128.load(MASKS_AT + 112);
  const sl = v128.load(SAW_MASKS_AT);
  const su = v128.load(SAW_MASKS_AT + 16);
  const stop = (to + GROUP - 1) & -GROUP;
  let seen = i8x16.splat(0);
  let v = v128.load(from, BLOCK_AT);
  let low = v128.and(v, four);
  let shifted = i16x8.shr_u(v, 3);
  let upper = v128.and(shifted, four);
  let a = through(low, upper, l0, u0);
  let b = through(low, upper, l1, u1);
  let c = through(low, upper, l2, u2);
  let d = through(low, upper, l3, u3);
  for (let p = from; p < stop; p += 32) {
    // Five bits here: an index past 15, from a byte past 127, gives 0, so that no UTF-8 byte counts.
    if (openers) seen = v128.or(seen, through(low, v128.and(shifted, five), sl, su));
    v = v128.load(p, BLOCK_AT + 16);
    low = v128.and(v, four);
    shifted = i16x8.shr_u(v, 3);
    upper = v128.and(shifted, four);
    const b1 = through(low, upper, l1, u1);
    const c1 = through(low, upper, l2, u2);
    const d1 = through(low, upper, l3, u3);
    store<u16>(p >> 3, closed(a, b, b1, c, c1, d, d1) ^ 0xffff, CANDIDATES_AT);
    a = through(low, upper, l0, u0);
    if (openers) seen = v128.or(seen, through(low, v128.and(shifted, five), sl, su));
    v = v128.load(p, BLOCK_AT + 32);
    low = v128.and(v, four);
    shifted = i16x8.shr_u(v, 3);
    upper = v128.and(shifted, four);
    b = through(low, upper, l1, u1);
    c = through(low, upper, l2, u2);
    d = through(low, upper, l3, u3);
    store<u16>(p >> 3, closed(a, b1, b, c1, c, d1, d) ^ 0xffff, CANDIDATES_AT + 2);
    a = through(low, upper, l0, u0);
  }
  return seen;
}

/** The escape openers in `[from, to)`, less than a group, in any lane. */
export function markTail(from: i32, to: i32): v128 {
  const lanes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  let seen = i8x16.splat(0);
  for (let p = from; p < to; p += 16) {
    const v = v128.load(p, BLOCK_AT);
    const low = v128.and(v, i8x16.splat(15));
    const upper = v128.and(i16x8.shr_u(v, 3), i8x16.splat(31));
    const inside = i8x16.lt_s(lanes, i8x16.splat(i8(min(to - p, 16))));
    const here = through(low, upper, v128.load(SAW_MASKS_AT), v128.load(SAW_MASKS_AT + 16));
    seen = v128.or(seen, v128.and(here, inside));
  }
  return seen;
}
