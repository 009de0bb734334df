import { RESULTS_AT } from '../layout';
import { collect, reach, sift, verify } from './keywords';
import { probe } from './needles';
import { GROUP, mark, markTail } from './windows';

export { configureKeywords } from './keywords';
export { configureNeedles } from './needles';

/**
 * Scans the `size` bytes at BLOCK_AT; `limit` of them and those behind are data (`size <= limit`).
 * The LEAD bytes ahead are the haystack's, or rubbish at its beginning.
 * @param base haystack position of the first byte, added to every hit
 * What was found is told at RESULTS_AT; the hits stand at NEEDLE_HITS_AT and KEYWORD_HITS_AT.
 */
export function scan(size: i32, limit: i32, base: i32): void {
  store<i32>(RESULTS_AT, probe(min(size, limit - 3), base));
  const whole = size & -GROUP;
  const openers = v128.or(mark(0, whole, true), markTail(whole, size));
  store<i32>(RESULTS_AT + 8, orOfLanes(openers));
  store<i32>(RESULTS_AT + 4, reach < 0 ? 0 : findKeywords(size, limit, base));
}

/** Lists the keywords that begin in the block; returns how many. */
function findKeywords(size: i32, limit: i32, base: i32): i32 {
  const whole = size & -GROUP;
  const end = min(size + reach, limit);
  if (end > whole) mark(whole, end, false);
  return verify(sift(end), size, limit) ? collect(size, base) : 0;
}

function orOfLanes(v: v128): i32 {
  let bits = i64x2.extract_lane(v, 0) | i64x2.extract_lane(v, 1);
  bits |= bits >> 32;
  bits |= bits >> 16;
  bits |= bits >> 8;
  return i32(bits & 0xff);
}
