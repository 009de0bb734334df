import { type Detector, FOUND, type Keyword, type Verdict, type Window } from './detector.ts';

/** A secret that a detector found. */
export interface DetectedSpan {
  readonly detector: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Every finding of every detector in a whole text, keyword by keyword: slow, plain, and apart from the
 * redactor, so that tests can hold the one against the other. Looks at no escapes.
 */
export function referenceScan(detectors: readonly Detector[], haystack: Uint8Array): DetectedSpan[] {
  const spans: DetectedSpan[] = [];
  const verdict: Verdict = { start: 0, end: 0, holdFrom: 0, readTo: 0 };
  for (const detector of detectors) {
    const known = new Set<string>();
    for (const keyword of detector.keywords) {
      for (let at = 0; at + keyword.bytes.length <= haystack.length; at++) {
        if (!standsAt(haystack, at, keyword)) continue;
        const window = openWindow(detector, haystack, at, at + keyword.bytes.length);
        if (detector.verify(haystack, window, verdict) !== FOUND) continue;
        const key = `${verdict.start}:${verdict.end}`;
        if (known.has(key)) continue;
        known.add(key);
        spans.push({ detector: detector.id, start: verdict.start, end: verdict.end });
      }
    }
  }
  return spans;
}

/** The window of a keyword in a text that is whole. */
export function openWindow(
  detector: Detector,
  haystack: Uint8Array,
  keywordStart: number,
  keywordEnd: number,
): Window {
  let from = Math.max(0, keywordStart - detector.before);
  let to = Math.min(haystack.length, keywordEnd + detector.after);
  if (!detector.multiline) {
    from = Math.max(from, haystack.subarray(0, keywordStart).lastIndexOf(10) + 1);
    const lf = haystack.indexOf(10, keywordEnd);
    if (lf >= 0) to = Math.min(to, lf);
  }
  return { from, to, more: false, keywordStart, keywordEnd, text: 0 };
}

function standsAt(haystack: Uint8Array, at: number, keyword: Keyword): boolean {
  for (let index = 0; index < keyword.bytes.length; index++) {
    const byte = haystack[at + index]!;
    const folded = keyword.fold && byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte;
    if (folded !== keyword.bytes[index]) return false;
  }
  return true;
}
