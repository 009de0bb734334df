import type { LineEnds } from '../line-ends.ts';
import type { Detector, Place, Window } from './detector.ts';

/**
 * A secret that runs past its detector's window is followed to the end of its token, this far at most:
 * so no tail leaks, and the carry stays bounded.
 */
export const TAIL_MAX = 32 * 1024;

/** Bytes that go on a token behind a window's edge: no blanks, quotes, brackets or list separators. */
const TAIL = new Uint8Array(256);
for (let byte = 0x21; byte < 256; byte++) {
  const char = String.fromCharCode(byte);
  TAIL[byte] = '"\'`\\&;,<>()[]{}'.includes(char) ? 0 : 1;
}

/**
 * Sets the window round a keyword: as far as the detector looks, within its line unless it reads several.
 * @param lines of the haystack
 * @param floor nothing ahead of it is looked at
 */
export function openWindow(
  window: Window,
  detector: Detector,
  haystack: Uint8Array,
  lines: LineEnds,
  floor: number,
  { keywordStart: at, keywordEnd, end, text }: Place,
): void {
  let from = Math.max(floor, at - detector.before);
  let to = Math.min(end, keywordEnd + detector.after);
  if (!detector.multiline) {
    for (let i = at - 1; i >= from; i--) {
      if (haystack[i] === 10) {
        from = i + 1;
        break;
      }
    }
    to = lines.endAt(haystack, keywordEnd, to);
  }
  window.from = from;
  window.to = to;
  window.keywordStart = at;
  window.keywordEnd = keywordEnd;
  window.text = text;
}

/** Where the token ends that goes on at `from`, `limit` at most. */
export function tailEnd(haystack: Uint8Array, from: number, limit: number): number {
  let at = from;
  while (at < limit && TAIL[haystack[at]!] === 1) at++;
  return at;
}
