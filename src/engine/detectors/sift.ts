import { LOWER } from '../kernel/kernel.ts';
import { shareOfByte } from '../kernel/keyword-windows.ts';
import type { Node } from '../pattern/ast.ts';
import { bitsOf } from '../pattern/byte-set.ts';
import type { Look, Stop } from '../pattern/dfa.ts';
import { type Counts, followersOf } from '../pattern/followers.ts';
import { both, requiredBytes } from '../pattern/required.ts';
import { longestRun } from '../pattern/runs.ts';
import { Sieve } from '../pattern/sieve.ts';
import { TOKENS, WORDS } from '../run-gate.ts';
import { always, type Detector, type Keyword, type Runs } from './detector.ts';
import { NextByte } from './next-byte.ts';

/** A share of all bytes: one of 1,024 is seldom met between a keyword and the end of what it may announce. */
const RARE = 2 ** -10;

/** A pattern as a sieve reads it, and where around the keyword. */
export interface Sift {
  readonly root: Node;
  readonly before: number;
  readonly after: number;
  /** Every match begins with the keyword. */
  readonly anchored: boolean;
  readonly counts: Counts;
  readonly multiline: boolean;
  readonly sieve: Sieve;
}

/** @param countsOf asked when needed: it takes a while to find out */
export function newSift(parts: Omit<Sift, 'sieve' | 'counts'>, countsOf: () => Counts): Sift {
  let counts: Counts | null = null;
  return {
    ...parts,
    get counts() {
      counts ??= countsOf();
      return counts;
    },
    sieve: new Sieve([parts.root]),
  };
}

/** `mayFind` by the sieve of a pattern. */
export function sieved({ sieve, before, after, anchored, multiline }: Looker): Detector['mayFind'] {
  const look: Look = {
    startLow: 0,
    startHigh: 0,
    minEnd: 0,
    limit: 0,
    open: false,
    line: !multiline,
    text: 0,
  };
  return (haystack, { keywordStart, keywordEnd, end, more, text }) => {
    const edge = keywordEnd + after;
    look.startLow = anchored ? keywordStart : Math.max(0, keywordStart - before);
    look.startHigh = keywordStart;
    look.minEnd = keywordEnd;
    look.limit = Math.min(end, edge);
    look.open = more && end < edge;
    look.text = text;
    return sieve.passes(haystack, look);
  };
}

/** What may stand behind a keyword in a finding, as `Keyword.followers` has it. */
export function followersIn({ root, anchored, counts }: Sift, { bytes, fold }: Keyword): Uint8Array | null {
  const set = followersOf(root, { bytes, fold, anchored, counts: [counts] });
  return set === null ? null : bitsOf(set);
}

/**
 * One look for all detectors of a keyword. First at what follows it, for most of what reads on from there ends within a
 * few bytes, and then at what stands ahead as well.
 */
export function lookOf(sifts: readonly Sift[], { bytes, fold }: Keyword): Detector['mayFind'] {
  const all = joined(sifts);
  const { sieve, after, multiline } = all;
  const counts = sifts.map((sift) => sift.counts);
  const state = sieve.behind({ bytes, fold, anchored: all.anchored, counts });
  const rare = rareByte(sifts, bytes);
  const next = rare === -1 ? null : new NextByte(rare);
  // A single detector is asked itself.
  const mayFind = sifts.length === 1 ? always : sieved(all);
  const stop: Stop = { limit: 0, open: false, line: !multiline, text: 0 };
  return (haystack, place) => {
    const { keywordEnd, end, more, text } = place;
    const edge = keywordEnd + after;
    stop.limit = Math.min(end, edge);
    stop.open = more && end < edge;
    stop.text = text;
    if (
      next !== null &&
      text !== 0 &&
      !stop.open &&
      !next.stands(haystack, keywordEnd, stop.limit, end, text)
    )
      return false;
    return sieve.passesBehind(haystack, state, keywordEnd, stop) && mayFind(haystack, place);
  };
}

/** The rarest byte that every finding holds behind the keyword; -1 if there is none that is rare. */
function rareByte(sifts: readonly Sift[], keyword: Uint8Array): number {
  // What does not begin with the keyword may hold the byte ahead of it.
  if (sifts.some(({ anchored }) => !anchored)) return -1;
  const required = [...sifts.map(({ root }) => requiredBytes(root)).reduce(both)];
  return required
    .filter((byte) => !standsIn(keyword, byte) && shareOfByte(byte) <= RARE)
    .reduce((best, byte) => (best === -1 || shareOfByte(byte) < shareOfByte(best) ? byte : best), -1);
}

/** Whatever its case: a keyword that folds is known in lower case, and `KEY0` in the match may be the keyword. */
function standsIn(keyword: Uint8Array, byte: number): boolean {
  return keyword.some((own) => LOWER[own] === LOWER[byte]);
}

/** `Detector.runs` of a pattern. */
export function runsOf({ root }: Pick<Sift, 'root'>): Runs {
  return { words: longestRun(root, WORDS), tokens: longestRun(root, TOKENS) };
}

/** What a look needs to know. */
type Looker = Omit<Sift, 'root' | 'counts'>;

/** What lets through whatever one of `sifts` does: where a keyword wakes six detectors, one look answers for all. */
function joined(sifts: readonly Sift[]): Looker {
  if (sifts.length === 1) return sifts[0]!;
  return {
    before: sifts.reduce((most, { anchored, before }) => Math.max(most, anchored ? 0 : before), 0),
    after: sifts.reduce((most, { after }) => Math.max(most, after), 0),
    anchored: sifts.every(({ anchored }) => anchored),
    multiline: sifts.some(({ multiline }) => multiline),
    sieve: new Sieve(sifts.map(({ root }) => root)),
  };
}
