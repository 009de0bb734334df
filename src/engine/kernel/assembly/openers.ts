import {
  BLOCK_AT,
  BUSY_AT,
  LINE_ENDS_AT,
  OPENERS_AT,
  SAW_AMPERSAND,
  SAW_BACKSLASH,
  SAW_ESC,
  SAW_PERCENT,
} from '../layout';

/** The SAW_* bit of each byte that opens an escape, 0 for the others. */
// @ts-ignore: decorator
@inline
function openersOf(v: v128): v128 {
  const slash = v128.and(i8x16.eq(v, i8x16.splat(0x5c)), i8x16.splat(i8(SAW_BACKSLASH)));
  const esc = v128.and(i8x16.eq(v, i8x16.splat(0x1b)), i8x16.splat(i8(SAW_ESC)));
  const percent = v128.and(i8x16.eq(v, i8x16.splat(0x25)), i8x16.splat(i8(SAW_PERCENT)));
  const ampersand = v128.and(i8x16.eq(v, i8x16.splat(0x26)), i8x16.splat(i8(SAW_AMPERSAND)));
  return v128.or(v128.or(slash, esc), v128.or(percent, ampersand));
}

/**
 * SAW_* bits of the block's first `size` bytes. Notes which of them open an escape and which end a line, and which
 * words of 32 bits hold an opener.
 */
export function openersIn(size: i32): i32 {
  const whole = size & -64;
  let seen = i8x16.splat(0);
  for (let p = 0; p < whole; p += 64) {
    const first = openersOf(v128.load(p, BLOCK_AT));
    const second = openersOf(v128.load(p, BLOCK_AT + 16));
    const third = openersOf(v128.load(p, BLOCK_AT + 32));
    const fourth = openersOf(v128.load(p, BLOCK_AT + 48));
    note(p, first);
    note(p + 16, second);
    note(p + 32, third);
    note(p + 48, fourth);
    const low = v128.or(first, second);
    const high = v128.or(third, fourth);
    noteBusy(p, u32(v128.any_true(low)) | (u32(v128.any_true(high)) << 1));
    seen = v128.or(seen, v128.or(low, high));
  }
  if (whole < size) seen = v128.or(seen, openersInRest(whole, size));
  return orOfLanes(seen);
}

/** The openers of the last, cut group of 64 bytes, of all its lanes. */
function openersInRest(from: i32, size: i32): v128 {
  const lanes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  let seen = i8x16.splat(0);
  let busy: u32 = 0;
  for (let p = from; p < from + 64; p += 16) {
    const inside = i8x16.lt_s(lanes, i8x16.splat(i8(max(0, size - p))));
    const openers = v128.and(openersOf(v128.load(p, BLOCK_AT)), inside);
    note(p, openers);
    busy |= u32(v128.any_true(openers)) << u32((p - from) >> 5);
    seen = v128.or(seen, openers);
  }
  noteBusy(from, busy);
  return seen;
}

/** How many of the block's first `size` bytes end a line; they were noted. */
export function lineEndsIn(size: i32): i32 {
  let count: u64 = 0;
  for (let p = 0; p < size; p += 64) {
    const word = load<u64>(p >> 3, LINE_ENDS_AT);
    const left = size - p;
    count += popcnt(left < 64 ? word & ((u64(1) << u64(left)) - 1) : word);
  }
  return i32(count);
}

// @ts-ignore: decorator
@inline
function note(p: i32, openers: v128): void {
  const lf = i8x16.eq(v128.load(p, BLOCK_AT), i8x16.splat(0x0a));
  store<u16>(p >> 3, i8x16.bitmask(lf), LINE_ENDS_AT);
  store<u16>(p >> 3, ~i8x16.bitmask(i8x16.eq(openers, i8x16.splat(0))), OPENERS_AT);
}

/** Two bits for the group of 64 bytes at `p`; those of the groups behind it become zero. */
// @ts-ignore: decorator
@inline
function noteBusy(p: i32, bits: u32): void {
  const at = usize(p >> 8);
  const shift = u32(p >> 5) & 6;
  const before = u32(load<u8>(at, BUSY_AT)) & ((1 << shift) - 1);
  store<u8>(at, u8(before | (bits << shift)), BUSY_AT);
}

function orOfLanes(v: v128): i32 {
  let bits = i64x2.extract_lane(v, 0) | i64x2.extract_lane(v, 1);
  bits |= bits >> 32;
  bits |= bits >> 16;
  bits |= bits >> 8;
  return i32(bits & 0xff);
}
