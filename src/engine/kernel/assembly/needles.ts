import { BLOCK_AT, GRAMS_AT, WINDOW_HITS_AT } from '../layout';

/** `PROBE_STRIDE` and the multiplier of `gramHash` in the contract, `kernel.ts`. */
const STRIDE: i32 = 5;
export const HASH: u32 = 0x9e3779b1;
/** Probes before one branch. */
const BATCH: i32 = 4;

/** HASH << gramBits: bits 32 and up of a gram's product are then its hash, with rubbish above. */
let factor: u64 = 0;
/** Bytes of the bitmap, less the 4 of a word: takes that rubbish away, and gives the word's offset. */
let wordMask: u64 = 0;

/** Where the bitmap of the needles' windows stands, and its bits less one. */
let windowsAt: usize = 0;
let windowMask: u32 = 0;

export function configureNeedles(bits: u32, at: usize, windowBits: u32): void {
  factor = u64(HASH) << bits;
  wordMask = (1 << u64(bits - 3)) - 4;
  windowsAt = at;
  windowMask = (1 << windowBits) - 1;
}

/**
 * The bitmap's bit for the gram at `at`, in bit 0; the other bits say nothing. One product and constant
 * shifts: V8 needs fewer instructions for it than for a shift by a variable (16 became 9).
 */
// @ts-ignore: decorator
@inline
function bitOf(at: i32, times: u64, mask: u64): u32 {
  const product = u64(load<u32>(at, BLOCK_AT)) * times;
  return load<u32>(usize((product >> 35) & mask), GRAMS_AT) >> u32(product >> 32);
}

/** `windowHash` of the contract, for the 8 bytes at an address. */
// @ts-ignore: decorator
@inline
function windowBit(at: usize): u32 {
  let hash = (load<u32>(at) * HASH) ^ (load<u32>(at, 4) * 0x85ebca6b);
  hash ^= hash >> 15;
  hash *= 0x2c1b3c6d;
  hash = (hash ^ (hash >> 13)) & windowMask;
  return load<u32>(windowsAt + ((hash >> 5) << 2)) >> hash;
}

/**
 * Lists the windows that may stand round the gram at position `p`: one begins there or up to 4 bytes before, and not
 * ahead of the haystack. Each may or may not be there, so it is written before that is known. Returns the list's end.
 */
function listAround(p: i32, base: i32, from: usize): usize {
  let out = from;
  for (let at = max(p - STRIDE + 1, -base); at <= p; at++) {
    store<i32>(out, at + base);
    out += usize(windowBit(usize(BLOCK_AT + at)) & 1) << 2;
  }
  return out;
}

/** Lists where windows may begin that hold a probe at 0, STRIDE, ... below `last`; returns how many. */
export function probe(last: i32, base: i32): i32 {
  const times = factor;
  const mask = wordMask;
  let out: usize = WINDOW_HITS_AT;
  for (let p = 0; p < last; p += STRIDE * BATCH) {
    let any = bitOf(p, times, mask);
    any |= bitOf(p + STRIDE, times, mask);
    any |= bitOf(p + STRIDE * 2, times, mask);
    any |= bitOf(p + STRIDE * 3, times, mask);
    if ((any & 1) === 0) continue;
    const stop = min(last, p + STRIDE * BATCH);
    for (let q = p; q < stop; q += STRIDE) {
      if ((bitOf(q, times, mask) & 1) !== 0) out = listAround(q, base, out);
    }
  }
  return i32(out - WINDOW_HITS_AT) >> 2;
}
