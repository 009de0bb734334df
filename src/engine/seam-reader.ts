import type { Matcher } from './matcher.ts';
import { WholeScan } from './scan-whole.ts';
import { CLOSED, MORE } from './scanner.ts';
import { mayEnd, type Seams } from './seams.ts';
import { SpanList } from './span-list.ts';
import { NEAR_TAIL } from './spelling.ts';

/** Bytes of text on either side of a placeholder that are read with it: a needle's 256, spelt with four bytes for one. */
const CONTEXT = 1024;

/** The part of the haystack that is about to leave: `[from, to)`, with the disjoint spans to be replaced in it. */
export interface Undecided {
  readonly haystack: Buffer;
  readonly from: number;
  readonly to: number;
  readonly merged: SpanList;
  /** More may follow behind `to`. */
  readonly more: boolean;
}

/**
 * Reads each placeholder with the text beside it, as a reader of the output would, and tells which of that
 * text completes a value there and so must go as well. Only for matchers with seams, and only beside bytes
 * that may be one.
 */
export class SeamReader {
  /** What the last `read` found: text beside a placeholder, under the rule of the value it would complete. */
  readonly spans = new SpanList();
  /** No placeholder that is decided begins before this. */
  holdFrom = 0;
  readonly #seams: Seams;
  readonly #matcher: Matcher;
  readonly #whole: WholeScan;
  /** The previous placeholder, text, the placeholder, text, the next placeholder. */
  readonly #read = Buffer.allocUnsafeSlow(8 * CONTEXT);
  #length = 0;

  constructor(seams: Seams, matcher: Matcher) {
    this.#seams = seams;
    this.#matcher = matcher;
    this.#whole = new WholeScan(matcher);
  }

  /** @returns whether `spans` has any */
  read(undecided: Undecided): boolean {
    const { merged, to } = undecided;
    this.spans.clear();
    this.holdFrom = to;
    for (let i = 0; i < merged.length; i++) if (this.#mayBeSeam(undecided, i)) this.#beside(undecided, i);
    return this.spans.length > 0;
  }

  /**
   * Where to hold so that text waits which a placeholder would complete that begins at `hold` or behind it: `hold`
   * or before.
   */
  holdAhead(undecided: Undecided, hold: number): number {
    let held = hold;
    for (let last = undecided.to; held < last; ) {
      last = held;
      // What is held anyway may begin with more than one placeholder's text: each place is one to begin at.
      for (let at = Math.min(undecided.to - 1, last + CONTEXT); at >= last; at--)
        held = Math.min(held, this.#heldAhead(undecided, at));
    }
    return held;
  }

  wipe(): void {
    this.#read.fill(0);
    this.#whole.wipe();
  }

  #heldAhead({ haystack, from, merged }: Undecided, hold: number): number {
    if (hold <= from || !mayEnd(this.#seams, haystack, hold)) return hold;
    let previous = -1;
    while (previous + 1 < merged.length && merged.start(previous + 1) < hold) previous++;
    const end = previous === -1 ? from : merged.end(previous);
    if (end >= hold) return hold;
    const start = Math.max(end, hold - CONTEXT);
    this.#length = 0;
    if (previous !== -1 && start === end) this.#placeholder(haystack, merged, previous);
    const text = this.#append(haystack, start, hold);
    const opening = this.#append(this.#seams.opening, 0, this.#seams.opening.length);
    const { found } = this.#whole;
    this.#whole.scan(this.#read, this.#length, CLOSED);
    let held = hold;
    for (let i = 0; i < found.length; i++) {
      const at = found.start(i);
      if (!this.#isValue(i) || at >= opening || found.end(i) <= opening) continue;
      held = Math.min(held, at < text ? merged.start(previous) : start + at - text);
    }
    return held;
  }

  #mayBeSeam({ haystack, from, to, merged, more }: Undecided, i: number): boolean {
    const { behind, begins } = this.#seams;
    const start = merged.start(i);
    const end = merged.end(i);
    if (start > from && mayEnd(this.#seams, haystack, start)) return true;
    return end < to ? behind[haystack[end]!] !== 0 : more && begins;
  }

  #beside({ haystack, from, to, merged, more }: Undecided, i: number): void {
    const start = merged.start(i);
    const end = merged.end(i);
    const previous = i === 0 ? from : merged.end(i - 1);
    const next = i + 1 === merged.length ? to : merged.start(i + 1);
    const head = Math.max(previous, start - CONTEXT);
    const tail = Math.min(next, end + CONTEXT);
    this.#length = 0;
    if (i > 0 && head === previous) this.#placeholder(haystack, merged, i - 1);
    const headAt = this.#append(haystack, head, start);
    const at = this.#placeholder(haystack, merged, i);
    const tailAt = this.#append(haystack, end, tail);
    const tailEnd = this.#length;
    if (i + 1 < merged.length && tail === next) this.#placeholder(haystack, merged, i + 1);
    const { found } = this.#whole;
    this.#whole.scan(this.#read, this.#length, more && tail === to ? MORE : CLOSED);
    if (this.#whole.holdFrom < tailAt) this.holdFrom = Math.min(this.holdFrom, start);
    for (let k = 0; k < found.length; k++) {
      const from = Math.max(found.start(k), headAt);
      const to = Math.min(found.end(k), tailEnd);
      // It must hold some of the placeholder, and something beside it.
      if (!this.#isValue(k) || to <= at || from >= tailAt) continue;
      const rule = found.rule(k);
      const spelling = found.spelling(k);
      if (from < at) this.spans.push(head + from - headAt, start, rule, spelling);
      if (to > tailAt) this.spans.push(end, end + to - tailAt, rule, spelling);
    }
  }

  #isValue(index: number): boolean {
    const { found } = this.#whole;
    return found.rule(index) < this.#matcher.firstDetectorRule && (found.spelling(index) & 63) < NEAR_TAIL;
  }

  #placeholder(haystack: Buffer, merged: SpanList, i: number): number {
    const rule = merged.rule(i);
    const bytes = this.#matcher.actions.of(rule).replace(rule, haystack, merged.start(i), merged.end(i));
    return this.#append(bytes, 0, bytes.length);
  }

  /** @returns where the bytes begin */
  #append(bytes: Uint8Array, from: number, to: number): number {
    const at = this.#length;
    this.#read.set(bytes.subarray(from, to), at);
    this.#length += to - from;
    return at;
  }
}
