import type { EditSink } from '../engine/edits.ts';
import type { FindingList } from '../engine/findings.ts';
import type { Matcher } from '../engine/matcher.ts';
import { Cuts } from './cuts.ts';
import type { EditingRedactor, Frame } from './frame.ts';

const LF = 10;

/** Scans what a line holds besides its content, each line by itself. */
export class RestScan implements EditSink {
  readonly #frame: Frame;
  readonly #make: () => EditingRedactor;
  #inner: EditingRedactor | null = null;
  #text: Buffer = Buffer.alloc(0);
  #fed = 0;
  #cuts = new Cuts();
  #lineFrom = 0;

  constructor(frame: Frame, make: () => EditingRedactor) {
    this.#frame = frame;
    this.#make = make;
  }

  get findings(): FindingList | null {
    return this.#inner?.findings ?? null;
  }

  /** @returns what to replace, as offsets from the line's start */
  scan(bytes: Buffer, from: number, to: number): Cuts {
    this.#inner ??= this.#make();
    if (this.#text.length <= to - from) this.#text = Buffer.allocUnsafeSlow(2 * (to - from) + 1);
    const length = this.#frame.copyRest(bytes, { from, to }, this.#text);
    this.#text[length] = LF;
    this.#cuts = new Cuts();
    this.#lineFrom = from;
    this.#inner.pushEdits(this.#text.subarray(0, length + 1), this);
    this.#inner.idleEdits(this);
    this.#fed += length + 1;
    return this.#cuts;
  }

  replace(start: number, end: number, bytes: Uint8Array): void {
    const from = this.#frame.restToLine(start - this.#fed, this.#lineFrom);
    const to = this.#frame.restToLine(end - this.#fed, this.#lineFrom);
    this.#cuts.push(from, to, Uint8Array.from(bytes));
  }

  decided(): void {}

  swap(matcher: Matcher): void {
    this.#inner?.swap(matcher);
  }

  discard(): void {
    this.#inner = null;
    this.#text.fill(0);
    this.#fed = 0;
  }
}
