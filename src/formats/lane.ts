import type { EditSink } from '../engine/edits.ts';
import type { FindingList } from '../engine/findings.ts';
import type { Matcher } from '../engine/matcher.ts';
import { Output } from '../engine/output.ts';
import type { Cuts } from './cuts.ts';
import type { EditingRedactor } from './frame.ts';

const NOTHING = new Uint8Array(0);
/** Spent edits are removed when there are so many, or when none is left. */
const SPENT = 256;

/**
 * One logical stream of a framed file: gathers content for its redactor and keeps what that decided until
 * the lines concerned leave. Offsets are absolute in the logical stream.
 */
export class Lane implements EditSink {
  readonly #inner: EditingRedactor;
  /** Content of the batch at hand: `scratch[0, filled)`. */
  scratch: Buffer = Buffer.alloc(0);
  filled = 0;
  /** Bytes given to the redactor. */
  fed = 0;
  /** Every byte before is decided. */
  decidedTo = 0;
  /** Every byte before has left, in the line it stood in. */
  sent = 0;
  /** Where the first edit begins that concerns bytes behind `sent`, or Infinity. */
  nextEdit = Number.POSITIVE_INFINITY;
  #starts: number[] = [];
  #ends: number[] = [];
  #bytes: Uint8Array[] = [];
  #head = 0;

  constructor(inner: EditingRedactor) {
    this.#inner = inner;
  }

  get findings(): FindingList {
    return this.#inner.findings;
  }

  /** Makes room for `bytes` of content in all. */
  reserve(bytes: number): void {
    if (this.scratch.length >= bytes) return;
    const larger = Buffer.allocUnsafeSlow(bytes);
    larger.set(this.scratch.subarray(0, this.filled));
    this.scratch.fill(0);
    this.scratch = larger;
  }

  /** Gives what was gathered to the redactor. */
  feed(): void {
    if (this.filled === 0) return;
    const { filled } = this;
    this.filled = 0;
    this.fed += filled;
    this.#inner.pushEdits(this.scratch.subarray(0, filled), this);
  }

  idle(): void {
    this.#inner.idleEdits(this);
  }

  end(): void {
    this.#inner.endEdits(this);
    this.scratch.fill(0);
  }

  swap(matcher: Matcher): void {
    this.#inner.swap(matcher);
  }

  /** After a fault: lets go of everything; the lane is of no use after. */
  discard(): void {
    this.#inner.discard(new Output(64));
    this.scratch.fill(0);
  }

  replace(start: number, end: number, bytes: Uint8Array): void {
    this.#starts.push(start);
    this.#ends.push(end);
    this.#bytes.push(bytes.length === 0 ? NOTHING : Uint8Array.from(bytes));
    if (this.nextEdit === Number.POSITIVE_INFINITY) this.nextEdit = start;
  }

  decided(offset: number): void {
    this.decidedTo = offset;
  }

  /**
   * Fills `cuts` for the next line, whose content ends at `contentEnd` and which takes the stream up to `end`
   * (the LF between the two, if any). Offsets count from the line's start. An edit's bytes go into the line
   * in which it begins; what begins at the LF stands at the content's end.
   */
  takeCuts(contentEnd: number, end: number, cuts: Cuts): void {
    const from = this.sent;
    let at = this.#head;
    for (; at < this.#starts.length && this.#starts[at]! < end; at++) {
      const start = Math.min(Math.max(this.#starts[at]!, from), contentEnd);
      const stop = Math.min(this.#ends[at]!, contentEnd);
      cuts.push(start - from, Math.max(start, stop) - from, this.#bytes[at]!);
      this.#bytes[at] = NOTHING;
      if (this.#ends[at]! > end) break;
    }
    this.#head = at;
    if (at === this.#starts.length || at >= SPENT) {
      this.#starts.splice(0, at);
      this.#ends.splice(0, at);
      this.#bytes.splice(0, at);
      this.#head = 0;
    }
    this.nextEdit = this.#starts[this.#head] ?? Number.POSITIVE_INFINITY;
  }
}
