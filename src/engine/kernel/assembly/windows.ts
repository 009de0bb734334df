import {
  BIT_HIGH,
  BIT_LOW,
  BLOCK_AT,
  FOUND_AT,
  NUMBERS_AT,
  POSITIONS_AT,
  ROW_HIGH,
  ROW_LOW,
  ROWS_AT,
  WANTED_AT,
} from '../layout';

/** Copies the rows of positions `p + 2 * pair` and the one behind it. */
// @ts-ignore: decorator
@inline
function fetchPair(p: i32, pair: i32): void {
  const at = p + (pair << 1);
  store<u8>(at, load<u8>(usize(load<u16>(pair << 1, NUMBERS_AT)), ROWS_AT), FOUND_AT);
  store<u8>(at, load<u8>(usize(load<u16>(pair << 1, NUMBERS_AT + 16)), ROWS_AT), FOUND_AT + 1);
}

/** Notes the row and the bit of the windows that begin in `[from, to)`, whole groups of 16, as `layout.ts` says. */
export function fetchRows(from: i32, to: i32): void {
  const rowLow = i16x8.splat(i16(ROW_LOW));
  const rowHigh = i16x8.splat(i16(ROW_HIGH));
  const bitLow = i16x8.splat(i16(BIT_LOW));
  const bitHigh = i16x8.splat(i16(BIT_HIGH));
  const second = i16x8.splat(0x2000);
  const both = i8x16.splat(0x20);
  const bits = i8x16(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
  for (let p = from, q = 0; p < to; p += 16, q += 16) {
    // Windows at even positions, then at odd ones.
    const low = v128.or(v128.load(p, BLOCK_AT), second);
    const high = v128.or(v128.load(p, BLOCK_AT + 2), both);
    const oddLow = v128.or(v128.load(p, BLOCK_AT + 1), second);
    const oddHigh = v128.or(v128.load(p, BLOCK_AT + 3), both);
    const row = i16x8.add(i16x8.mul(low, rowLow), i16x8.mul(high, rowHigh));
    const oddRow = i16x8.add(i16x8.mul(oddLow, rowLow), i16x8.mul(oddHigh, rowHigh));
    v128.store(0, i16x8.shr_u(row, 1), NUMBERS_AT);
    v128.store(0, i16x8.shr_u(oddRow, 1), NUMBERS_AT + 16);
    const bit = i16x8.add(i16x8.mul(low, bitLow), i16x8.mul(high, bitHigh));
    const oddBit = i16x8.add(i16x8.mul(oddLow, bitLow), i16x8.mul(oddHigh, bitHigh));
    const which = v128.or(i16x8.shr_u(bit, 13), i16x8.shl(i16x8.shr_u(oddBit, 13), 8));
    v128.store(q, i8x16.swizzle(bits, which), WANTED_AT);
    fetchPair(q, 0);
    fetchPair(q, 1);
    fetchPair(q, 2);
    fetchPair(q, 3);
    fetchPair(q, 4);
    fetchPair(q, 5);
    fetchPair(q, 6);
    fetchPair(q, 7);
  }
}

/**
 * Lists the positions in `[from, to)` whose row holds their bit; returns the list's end. Two or three of 64 do:
 * four are written whether they are there or not, for a branch on each would be guessed wrong half the time.
 */
export function listWindows(from: i32, to: i32): usize {
  let out: usize = POSITIONS_AT;
  for (let p = from, q = 0; p < to; p += 64, q += 64) {
    let word =
      (u64(heldAt(q)) | (u64(heldAt(q + 16)) << 16)) |
      ((u64(heldAt(q + 32)) << 32) | (u64(heldAt(q + 48)) << 48));
    const left = to - p;
    if (left < 64) word &= (u64(1) << u64(left)) - 1;
    const next = out + (usize(popcnt(word)) << 2);
    while (true) {
      store<i32>(out, p + i32(ctz(word)));
      word &= word - 1;
      store<i32>(out, p + i32(ctz(word)), 4);
      word &= word - 1;
      store<i32>(out, p + i32(ctz(word)), 8);
      word &= word - 1;
      store<i32>(out, p + i32(ctz(word)), 12);
      word &= word - 1;
      if (word === 0) break;
      out += 16;
    }
    out = next;
  }
  return out;
}

/** A bit for each of 16 positions of the part from `q` on whose row holds theirs. */
// @ts-ignore: decorator
@inline
function heldAt(q: i32): u32 {
  const held = v128.and(v128.load(q, FOUND_AT), v128.load(q, WANTED_AT));
  return u32(~i8x16.bitmask(i8x16.eq(held, i8x16.splat(0)))) & 0xffff;
}
