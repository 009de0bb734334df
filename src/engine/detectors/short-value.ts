import type { Secret } from '../secret.ts';
import { trimBlanks } from '../variants/trim.ts';
import { always, type Detector, FOUND, type Keyword, NO_RUNS, NONE, UNDECIDED } from './detector.ts';

/** Bytes between the key and the value at most: `": "`, ` => '`, `\": \"`. At least one. */
const SEPARATORS_MAX = 8;
const SEPARATOR = new Uint8Array(256);
/** Bytes that go on a token, so that the value is only a part of it. */
const TOKEN = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const char = String.fromCharCode(byte);
  SEPARATOR[byte] = ' \t=:"\'`\\>[('.includes(char) ? 1 : 0;
  TOKEN[byte] = byte >= 0x80 || /[A-Za-z0-9_-]/.test(char) ? 1 : 0;
}
const SHORTEST_KEY = 3;
/** A longer key is some other thing than a name, and keywords are looked for everywhere. */
const LONGEST_KEY = 128;
const JOINTS = ['-', '_', '.', ''];
const EXTENSION = /\.(txt|text|key|conf|env)$/i;

/**
 * A value too short to be sought anywhere (4 to 7 bytes, up to the guard's minimum): found only as a whole
 * token right behind the name of its own key, in either case and with `-`, `_`, `.` or nothing between the
 * key's words. The window's `after` leaves room for one byte behind the value: a value at a line's or the
 * stream's end is whole.
 * @returns null when the key is shorter than 3 bytes (a keyword that wakes everywhere) or the value is empty
 */
export function shortValueDetector(secret: Secret): Detector | null {
  const keywords = keywordsOf(secret.origin.key);
  const whole = secret.reveal();
  const { length, byteOffset } = trimBlanks(whole);
  const skip = byteOffset - whole.byteOffset;
  if (keywords.length === 0 || length === 0) return null;
  return {
    id: secret.name,
    confidence: 'high',
    observe: false,
    keywords,
    before: 0,
    after: SEPARATORS_MAX + length + 1,
    runs: NO_RUNS,
    multiline: false,
    mayFind: always,
    sift: () => null,
    verify(haystack, window, verdict) {
      // Asked for each time, so that the bytes have one home.
      const value = secret.reveal();
      const { keywordEnd, to, more } = window;
      for (let at = keywordEnd; at < to && at < keywordEnd + SEPARATORS_MAX; at++) {
        if (SEPARATOR[haystack[at]!] === 0) return NONE;
        const start = at + 1;
        const seen = Math.min(length, to - start);
        let same = 0;
        while (same < seen && haystack[start + same] === value[skip + same]) same++;
        if (same < seen) continue;
        const end = start + length;
        if (end < to ? TOKEN[haystack[end]!] === 1 : end > to && !more) continue;
        if (end >= to && more) {
          verdict.holdFrom = start;
          return UNDECIDED;
        }
        verdict.start = start;
        verdict.end = end;
        return FOUND;
      }
      // The data ends right behind the key: the value can begin behind one separator.
      if (to === keywordEnd && more) {
        verdict.holdFrom = to;
        return UNDECIDED;
      }
      return NONE;
    },
  };
}

/** The key, and its words with every joint; a file's extension may be missing. */
function keywordsOf(key: string): Keyword[] {
  const found = new Set<string>();
  for (const name of [key, key.replace(EXTENSION, '')]) {
    found.add(name);
    const words = name
      .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
      .split(/[-_.\s/]+/)
      .filter((word) => word !== '');
    for (const joint of JOINTS) found.add(words.join(joint));
  }
  const encoder = new TextEncoder();
  return [...found]
    .map((name) => encoder.encode(name.replace(/[A-Z]/g, (letter) => letter.toLowerCase())))
    .filter(
      (bytes, i, all) =>
        bytes.length >= SHORTEST_KEY &&
        bytes.length <= LONGEST_KEY &&
        all.findIndex((other) => Buffer.compare(other, bytes) === 0) === i,
    )
    .map((bytes) => ({ bytes, fold: true }));
}
