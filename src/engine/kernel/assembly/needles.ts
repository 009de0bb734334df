import { BLOCK_AT, NEEDLE_HITS_AT } from '../layout';

/** `PROBE_STRIDE` and the multiplier of `gramHash` in the contract, `kernel.ts`. */
const STRIDE: i32 = 5;
export const HASH: u32 = 0x9e3779b1;
/** Probes before one branch. */
const BATCH: i32 = 8;

let gramsAt: usize = 0;
let shift: u32 = 0;

export function configureProbes(at: usize, bits: u32): void {
  gramsAt = at;
  shift = 32 - bits;
}

/** The bitmap's bit for the gram at `at`, in bit 0; the other bits say nothing. A shift takes its count mod 32. */
// @ts-ignore: decorator
@inline
function bitOf(at: i32, bitmap: usize, down: u32): u32 {
  const hash = (load<u32>(at, BLOCK_AT) * HASH) >> down;
  return load<u32>(bitmap + ((hash >> 5) << 2)) >> hash;
}

/** Lists the probes at 0, STRIDE, ... below `last` whose gram is set; returns how many. */
export function probe(last: i32, base: i32): i32 {
  const bitmap = gramsAt;
  const down = shift;
  let out: usize = NEEDLE_HITS_AT;
  for (let p = 0; p < last; p += STRIDE * BATCH) {
    const low =
      bitOf(p, bitmap, down) |
      bitOf(p + STRIDE, bitmap, down) |
      bitOf(p + STRIDE * 2, bitmap, down) |
      bitOf(p + STRIDE * 3, bitmap, down);
    const high =
      bitOf(p + STRIDE * 4, bitmap, down) |
      bitOf(p + STRIDE * 5, bitmap, down) |
      bitOf(p + STRIDE * 6, bitmap, down) |
      bitOf(p + STRIDE * 7, bitmap, down);
    if (((low | high) & 1) === 0) continue;
    const stop = min(last, p + STRIDE * BATCH);
    for (let q = p; q < stop; q += STRIDE) {
      store<i32>(out, q + base);
      out += (bitOf(q, bitmap, down) & 1) << 2;
    }
  }
  return i32(out - NEEDLE_HITS_AT) >> 2;
}
