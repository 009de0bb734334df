import { BLOCK_AT, OPENERS_AT, SAW_AMPERSAND, SAW_BACKSLASH, SAW_ESC, SAW_PERCENT } from '../layout';

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

/** SAW_* bits of the block's first `size` bytes; notes at OPENERS_AT which of them open an escape. */
export function openersIn(size: i32): i32 {
  const whole = size & -16;
  let seen = i8x16.splat(0);
  for (let p = 0; p < whole; p += 16) {
    const openers = openersOf(v128.load(p, BLOCK_AT));
    note(p, openers);
    seen = v128.or(seen, openers);
  }
  const lanes = i8x16(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const inside = i8x16.lt_s(lanes, i8x16.splat(i8(size - whole)));
  const openers = v128.and(openersOf(v128.load(whole, BLOCK_AT)), inside);
  if (whole < size) note(whole, openers);
  return orOfLanes(v128.or(seen, openers));
}

// @ts-ignore: decorator
@inline
function note(p: i32, openers: v128): void {
  store<u16>(p >> 3, ~i8x16.bitmask(i8x16.eq(openers, i8x16.splat(0))), OPENERS_AT);
}

function orOfLanes(v: v128): i32 {
  let bits = i64x2.extract_lane(v, 0) | i64x2.extract_lane(v, 1);
  bits |= bits >> 32;
  bits |= bits >> 16;
  bits |= bits >> 8;
  return i32(bits & 0xff);
}
