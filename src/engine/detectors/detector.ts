import type { Keyword } from '../kernel/kernel.ts';
import type { Sift } from './sift.ts';

export type { Keyword } from '../kernel/kernel.ts';

/** What `verify` says of a candidate. */
export const NONE = 0;
export const FOUND = 1;
/** The bytes seen so far do not decide it: ask again when more have come. */
export const UNDECIDED = 2;
export type Outcome = typeof NONE | typeof FOUND | typeof UNDECIDED;

/** Filled by `verify`; one object is reused for every call. */
export interface Verdict {
  /** FOUND: the secret's span in the haystack. */
  start: number;
  end: number;
  /** UNDECIDED: no byte before this one can belong to the secret. Never more than the haystack's end. */
  holdFrom: number;
  /** What stands at or behind it had no say: the window's end, unless the detector says less. */
  readTo: number;
}

/** The bounded view of the haystack around a keyword that a detector may look at. */
export interface Window {
  /** First byte that may be read (a line start, or `before` bytes ahead of the keyword). */
  from: number;
  /** End of the bytes that may be read (a line end, `after` bytes behind the keyword, or the data's end). */
  to: number;
  /** True when the data ends at `to` and more may follow: a decision that hangs on byte `to` is UNDECIDED. */
  more: boolean;
  /** First byte of the keyword, and the byte behind it. */
  keywordStart: number;
  keywordEnd: number;
  /** As a place has it; 0: the text is read once. */
  text: number;
}

export type Confidence = 'high' | 'medium' | 'low';

/**
 * A rule for credentials that nobody told us about, compiled and immutable. `verify` is linear in the
 * window's size for every input, allocates nothing, and depends on the window's bytes alone.
 */
export interface Detector {
  /** `<provider>.<thing>`, permanent; also the label of the placeholder. */
  readonly id: string;
  readonly confidence: Confidence;
  /** Count, do not touch. */
  readonly observe: boolean;
  readonly keywords: readonly Keyword[];
  /** Bytes that may be looked at ahead of the keyword's start and behind its end. */
  readonly before: number;
  readonly after: number;
  /** The longest runs, of words and of tokens (`run-gate.ts`), that every match holds; a match holds its keyword too. */
  readonly runs: Runs;
  /** The window crosses line ends (PEM blocks); otherwise it ends at the first LF on either side. */
  readonly multiline: boolean;
  verify(haystack: Uint8Array, window: Window, verdict: Verdict): Outcome;
  /** False: `verify` would say NONE. Asked first, for it costs far less and needs no window. */
  mayFind(haystack: Uint8Array, place: Place): boolean;
  /** What `mayFind` looks with; null where it is always true. */
  sift(): Sift | null;
}

/** Lengths in bytes. */
export interface Runs {
  readonly words: number;
  readonly tokens: number;
}

export const NO_RUNS: Runs = { words: 0, tokens: 0 };

/** Where a keyword stands; one object is reused for every question. */
export interface Place {
  keywordStart: number;
  keywordEnd: number;
  /** Where the haystack's data ends, and whether more may follow. */
  end: number;
  more: boolean;
  /** Number of the text: another one for other bytes. */
  text: number;
}

/** For a detector whose `verify` is cheap. */
export const always = (): boolean => true;
