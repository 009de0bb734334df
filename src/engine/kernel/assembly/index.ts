import { RESULTS_AT } from '../layout';
import { findKeywords } from './keywords';
import { probe } from './needles';
import { lineEndsIn, openersIn } from './openers';

export { configureKeywords } from './keywords';
export { configureNeedles } from './needles';

/**
 * Scans the `size` bytes at BLOCK_AT; `limit` of them and those behind are data (`size <= limit`).
 * The LEAD bytes ahead are the haystack's, or rubbish at its beginning.
 * @param base haystack position of the first byte, added to every hit
 * What was found is told at RESULTS_AT; the hits stand at WINDOW_HITS_AT and KEYWORD_HITS_AT.
 */
export function scan(size: i32, limit: i32, base: i32): void {
  store<i32>(RESULTS_AT, probe(min(size, limit - 3), base));
  store<i32>(RESULTS_AT + 8, openersIn(size));
  store<i32>(RESULTS_AT + 12, lineEndsIn(size));
  store<i32>(RESULTS_AT + 4, findKeywords(size, limit, base));
}
