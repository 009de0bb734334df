import type { Detector, Place } from './detectors/detector.ts';
import { LineEnds } from './line-ends.ts';

/** Shorter runs stand in every log line: they are not looked for. */
export const LEAST_RUN = 16;

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

/** Runs compared for a keyword; past that the gate opens, so that no flood of runs and keywords costs more. */
const MOST_COMPARED = 32;

/**
 * A quick look for what a credential is made of: most keywords of providers stand in lines that hold no long run
 * of letters and digits at all. Runs once found are kept while keywords come from the same stretch: each byte is
 * looked for once, however many windows hold it.
 */
export class RunGate {
  readonly #words = new RunList(WORDS);
  readonly #tokens = new RunList(TOKENS);
  /** Of the bytes that are asked about. */
  lines = new LineEnds();
  /** The most bytes ahead of a keyword that any need goes back. */
  readonly #before: number;

  constructor(before: number) {
    this.#before = before;
  }

  /** Other bytes from now on. */
  reset(): void {
    this.#words.reset();
    this.#tokens.reset();
  }

  /**
   * False: no finding that needs this stands in the line of the keyword in place. Keywords come in ascending order.
   */
  opens(haystack: Uint8Array, need: Need, { keywordStart, keywordEnd, end, more }: Place): boolean {
    const edge = keywordEnd + need.after;
    const limit = Math.min(end, edge);
    const to = this.lines.endAt(haystack, keywordEnd, limit);
    // The line goes on, and what is needed may come.
    if (more && end < edge && to === end) return true;
    const from = Math.max(0, keywordStart - need.before);
    const floor = Math.max(0, keywordStart - this.#before);
    return (
      this.#tokens.holds(haystack, floor, from, to, need.tokens) &&
      this.#words.holds(haystack, floor, from, to, need.words)
    );
  }
}

/** The runs of one set of bytes, LEAST_RUN or longer, in a stretch that grows to the right. */
class RunList {
  readonly #set: Uint8Array;
  /** `[#from, #to)` was looked through; what begins at `#to` or reaches it may go on. */
  #from = 0;
  #to = -1;
  /** Starts and ends of runs `#first` to `#count`; those ahead are out of reach. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  #first = 0;
  #count = 0;
  /** How far a look went of which nothing was noted. */
  #glanced = -1;

  constructor(set: Uint8Array) {
    this.#set = set;
  }

  reset(): void {
    this.#to = -1;
    this.#glanced = -1;
  }

  /**
   * True if `least` bytes of the set (LEAST_RUN or more, or 0) stand in a row in `[from, to)`.
   * @param floor nobody will ask of what stands ahead of it any more
   */
  holds(haystack: Uint8Array, floor: number, from: number, to: number, least: number): boolean {
    if (least === 0) return true;
    // Most keywords stand alone in their line: the first one's question is answered as it is, for its need alone.
    if (from > this.#to && from >= this.#glanced) {
      this.#glanced = to;
      return stands(this.#set, haystack, from, to, least);
    }
    // Most needs look ahead alone. The first that looks back begins anew, as far back as any will.
    if (this.#to < from) this.#begin(from);
    else if (from < this.#from) this.#begin(floor);
    if (this.#to < to) this.#look(haystack, to);
    while (this.#first < this.#count && this.#ends[this.#first]! <= floor) this.#first++;
    const last = Math.min(this.#count, this.#first + MOST_COMPARED);
    for (let run = this.#first; run < last; run++) {
      const start = Math.max(from, this.#starts[run]!);
      if (start + least > to) return false;
      if (Math.min(to, this.#ends[run]!) - start >= least) return true;
    }
    return last < this.#count;
  }

  #begin(from: number): void {
    this.#from = from;
    this.#to = from;
    this.#first = 0;
    this.#count = 0;
  }

  /** Finds the runs as far as `to`. A run covers every 16th byte: only those are looked at, and what stands round them. */
  #look(haystack: Uint8Array, to: number): void {
    const set = this.#set;
    const floor = this.#extendLast(haystack, to);
    for (let at = floor + LEAST_RUN - 1; at < to; at += LEAST_RUN) {
      if (set[haystack[at]!] === 0) continue;
      let start = at;
      while (start > floor && set[haystack[start - 1]!] === 1) start--;
      let end = at + 1;
      while (end < to && set[haystack[end]!] === 1) end++;
      if (end - start >= LEAST_RUN) {
        this.#starts[this.#count] = start;
        this.#ends[this.#count++] = end;
      }
      at = end;
    }
    // What begins here and is shorter yet may go on behind `to`.
    let end = to;
    if (this.#count === 0 || this.#ends[this.#count - 1] !== to)
      while (end > floor && set[haystack[end - 1]!] === 1) end--;
    this.#to = end;
  }

  /** A run that reaches `#to` may go on; returns from where to look. */
  #extendLast(haystack: Uint8Array, to: number): number {
    const last = this.#count - 1;
    let end = this.#to;
    if (last < 0 || this.#ends[last] !== end) return end;
    while (end < to && this.#set[haystack[end]!] === 1) end++;
    this.#ends[last] = end;
    return end;
  }
}

/** True if `least` bytes of the set stand in a row in `[from, to)`: of those every so-maniest byte is one. */
function stands(set: Uint8Array, haystack: Uint8Array, from: number, to: number, least: number): boolean {
  let at = from + least - 1;
  while (at < to) {
    let start = at;
    while (start >= from && set[haystack[start]!] === 1) start--;
    const goal = start + 1 + least;
    let end = at + 1;
    while (end < goal && end < to && set[haystack[end]!] === 1) end++;
    if (end === goal) return true;
    at = (start === at ? at : end) + least;
  }
  return false;
}
