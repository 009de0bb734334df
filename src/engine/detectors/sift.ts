import type { Node } from '../pattern/ast.ts';
import { longestRun } from '../pattern/runs.ts';
import { type Look, Sieve } from '../pattern/sieve.ts';
import { TOKENS, WORDS } from '../run-gate.ts';
import type { Detector, Runs } from './detector.ts';

/** A pattern as a sieve reads it, and where around the keyword. */
export interface Sift {
  readonly root: Node;
  readonly before: number;
  readonly after: number;
  /** Every match begins with the keyword. */
  readonly anchored: boolean;
  readonly multiline: boolean;
}

/** `mayFind` by a sieve of the pattern. */
export function sieved({ root, before, after, anchored, multiline }: Sift): Detector['mayFind'] {
  const sieve = new Sieve(root);
  const look: Look = { startLow: 0, startHigh: 0, minEnd: 0, limit: 0, open: false, line: !multiline };
  return (haystack, { keywordStart, keywordEnd, end, more }) => {
    const edge = keywordEnd + after;
    look.startLow = anchored ? keywordStart : Math.max(0, keywordStart - before);
    look.startHigh = keywordStart;
    look.minEnd = keywordEnd;
    look.limit = Math.min(end, edge);
    look.open = more && end < edge;
    return sieve.passes(haystack, look);
  };
}

/** `Detector.runs` of a pattern. */
export function runsOf({ root }: Sift): Runs {
  return { words: longestRun(root, WORDS), tokens: longestRun(root, TOKENS) };
}

/** What lets through whatever one of `sifts` does: where a keyword wakes six detectors, one look answers for all. */
export function joined(sifts: readonly Sift[]): Sift {
  return {
    root: { kind: 'alternate', items: sifts.map(({ root }) => root) },
    before: sifts.reduce((most, { anchored, before }) => Math.max(most, anchored ? 0 : before), 0),
    after: sifts.reduce((most, { after }) => Math.max(most, after), 0),
    anchored: sifts.every(({ anchored }) => anchored),
    multiline: sifts.some(({ multiline }) => multiline),
  };
}
