import type { Detector, Place } from './detectors/detector.ts';

/** Shorter runs stand in every log line: they are not looked for. */
export const LEAST_RUN = 16;

const LF = 10;

/** Letters and digits, and the bytes that stand between them in tokens: base64's, a JWT's, those of paths. */
export const WORDS = bytesOf(/[A-Za-z0-9]/);
export const TOKENS = bytesOf(/[A-Za-z0-9_+/=.~:-]/);

function bytesOf(pattern: RegExp): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (pattern.test(String.fromCharCode(byte)) ? 1 : 0));
}

/** What `RunGate` is asked: is there a run of `words` bytes of words, and one of `tokens` of tokens, round the keyword? */
export interface Need {
  readonly words: number;
  readonly tokens: number;
  readonly before: number;
  readonly after: number;
}

/** What a finding of the detector needs; null when that is nothing. */
export function needOf({ runs, before, after, multiline }: Detector): Need | null {
  const words = runs.words < LEAST_RUN ? 0 : runs.words;
  const tokens = runs.tokens < LEAST_RUN ? 0 : runs.tokens;
  return multiline || (words === 0 && tokens === 0) ? null : { words, tokens, before, after };
}

/** What a finding needs at least that needs the one or the other. */
export function eitherNeed(one: Need, other: Need): Need {
  return {
    words: Math.min(one.words, other.words),
    tokens: Math.min(one.tokens, other.tokens),
    before: Math.max(one.before, other.before),
    after: Math.max(one.after, other.after),
  };
}

/**
 * A quick look for what a credential is made of: most keywords of providers stand in lines that hold no long run
 * of letters and digits at all. What was seen is kept for the next keyword: a flood of them costs little more.
 */
export class RunGate {
  readonly #words = new RunCursor(WORDS);
  readonly #tokens = new RunCursor(TOKENS);
  /** Between these no line ends. */
  #lineFrom = 0;
  #lineEnd = -1;

  /** Other bytes from now on. */
  reset(): void {
    this.#lineEnd = -1;
    this.#words.reset();
    this.#tokens.reset();
  }

  /** False: no finding that needs this stands in the line of the keyword in place. */
  opens(haystack: Uint8Array, need: Need, { keywordStart, keywordEnd, end, more }: Place): boolean {
    const edge = keywordEnd + need.after;
    let to = Math.min(end, edge);
    const line = this.#lineOf(haystack, keywordEnd);
    if (line < to) to = line;
    // The line goes on, and what is needed may come.
    else if (more && end < edge) return true;
    const from = Math.max(0, keywordStart - need.before);
    return (
      this.#words.holds(haystack, from, to, need.words) && this.#tokens.holds(haystack, from, to, need.tokens)
    );
  }

  /** Where the line that `at` stands in ends. */
  #lineOf(haystack: Uint8Array, at: number): number {
    if (at < this.#lineFrom || at > this.#lineEnd) {
      const found = haystack.indexOf(LF, at);
      this.#lineFrom = at;
      this.#lineEnd = found === -1 ? haystack.length : found;
    }
    return this.#lineEnd;
  }
}

/** Finds the runs of one set of bytes, LEAST_RUN or longer, and keeps the last one found. */
class RunCursor {
  readonly #set: Uint8Array;
  /** No run begins in `[#from, #start)`; one is known to reach from `#start` to `#end`, unless that is empty. */
  #from = 0;
  #start = 0;
  #end = 0;

  constructor(set: Uint8Array) {
    this.#set = set;
  }

  reset(): void {
    this.#from = 0;
    this.#start = 0;
    this.#end = 0;
  }

  /** True if `least` bytes of the set (LEAST_RUN or more, or 0) stand in a row in `[from, to)`. */
  holds(haystack: Uint8Array, from: number, to: number, least: number): boolean {
    if (least === 0) return true;
    for (let at = from; at + least <= to; at = this.#end) {
      if (at < this.#from || at >= this.#end) this.#seek(haystack, at, to);
      const start = Math.max(at, this.#start);
      if (this.#start < this.#end) this.#extend(haystack, Math.min(to, start + least));
      if (Math.min(this.#end, to) - start >= least) return true;
    }
    return false;
  }

  /** A run covers every 16th byte: only those are looked at, and what stands round them. */
  #seek(haystack: Uint8Array, from: number, to: number): void {
    const set = this.#set;
    this.#from = from;
    for (let at = from + LEAST_RUN - 1; at < to; at += LEAST_RUN) {
      if (set[haystack[at]!] === 0) continue;
      this.#start = at;
      while (this.#start > from && set[haystack[this.#start - 1]!] === 1) this.#start--;
      this.#end = at + 1;
      this.#extend(haystack, Math.min(to, this.#start + LEAST_RUN));
      if (this.#end - this.#start >= LEAST_RUN) return;
      at = this.#end;
    }
    // A run that begins here may go on behind `to`.
    let end = to;
    while (end > from && set[haystack[end - 1]!] === 1) end--;
    this.#start = end;
    this.#end = end;
  }

  #extend(haystack: Uint8Array, limit: number): void {
    let end = this.#end;
    while (end < limit && this.#set[haystack[end]!] === 1) end++;
    this.#end = end;
  }
}
