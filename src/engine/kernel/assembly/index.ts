import { collect, configureKeywords, sift, verify } from './keywords';
import { configureProbes, probe } from './needles';
import { GROUP, mark, markTail } from './windows';

/** Bytes that a window may stand behind its keyword's start, at most; -1 if there is no keyword. */
let reach: i32 = -1;

/** What the last scan found; the hits stand at NEEDLE_HITS_AT and KEYWORD_HITS_AT. */
export let needleCount: i32 = 0;
export let keywordCount: i32 = 0;
export let seen: i32 = 0;

/** @param furthest the largest window offset of a keyword, -1 if there is no keyword */
export function configure(
  gramBits: u32,
  needleWindowsAt: usize,
  needleWindowBits: u32,
  entriesAt: usize,
  furthest: i32,
): void {
  configureProbes(gramBits, needleWindowsAt, needleWindowBits);
  configureKeywords(entriesAt);
  reach = furthest;
}

/**
 * Scans the `size` bytes at BLOCK_AT; `limit` of them and those behind are data (`size <= limit`).
 * The LEAD bytes ahead are the haystack's, or rubbish at its beginning.
 * @param base haystack position of the first byte, added to every hit
 */
export function scan(size: i32, limit: i32, base: i32): void {
  needleCount = probe(min(size, limit - 3), base);
  const whole = size & -GROUP;
  const openers = v128.or(mark(0, whole, true), markTail(whole, size));
  seen = orOfLanes(openers);
  keywordCount = 0;
  if (reach < 0) return;
  const end = min(size + reach, limit);
  if (end > whole) mark(whole, end, false);
  if (verify(sift(end), size, limit)) keywordCount = collect(size, base);
}

function orOfLanes(v: v128): i32 {
  let bits = i64x2.extract_lane(v, 0) | i64x2.extract_lane(v, 1);
  bits |= bits >> 32;
  bits |= bits >> 16;
  bits |= bits >> 8;
  return i32(bits & 0xff);
}
