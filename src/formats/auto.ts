import { FindingList } from '../engine/findings.ts';
import type { Matcher } from '../engine/matcher.ts';
import type { Output } from '../engine/output.ts';
import type { Redactor } from '../engine/redactor.ts';
import { type Sniffed, sniff } from './sniff.ts';

/** Makes the redactor for a format once it is known. */
export type Maker = (format: Exclude<Sniffed, 'undecided'>, matcher: Matcher) => Redactor;

/** Holds a stream's first bytes until they tell its format, then hands everything to the redactor for it. */
export class AutoRedactor implements Redactor {
  readonly #make: Maker;
  #matcher: Matcher;
  #head: Buffer = Buffer.alloc(0);
  #inner: Redactor | null = null;
  readonly #none = new FindingList();

  constructor(matcher: Matcher, make: Maker) {
    this.#matcher = matcher;
    this.#make = make;
  }

  get held(): number {
    return this.#inner?.held ?? this.#head.length;
  }

  get records(): number {
    return this.#inner?.records ?? 0;
  }

  get findings(): FindingList {
    return this.#inner?.findings ?? this.#none;
  }

  push(chunk: Uint8Array, out: Output): void {
    if (this.#inner !== null) {
      this.#inner.push(chunk, out);
      return;
    }
    this.#head = Buffer.concat([this.#head, chunk]);
    this.#open(false, out);
  }

  idle(out: Output): void {
    this.#open(true, out)?.idle(out);
  }

  end(out: Output): void {
    this.#open(true, out)?.end(out);
  }

  swap(matcher: Matcher): void {
    this.#matcher = matcher;
    this.#inner?.swap(matcher);
  }

  discard(out: Output): void {
    this.#open(true, out)?.discard(out);
  }

  #open(final: boolean, out: Output): Redactor | null {
    if (this.#inner !== null) return this.#inner;
    const format = sniff(this.#head, final);
    if (format === 'undecided' || this.#head.length === 0) return null;
    this.#inner = this.#make(format, this.#matcher);
    const head = this.#head;
    this.#head = Buffer.alloc(0);
    this.#inner.push(head, out);
    return this.#inner;
  }
}
