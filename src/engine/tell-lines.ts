import type { LineListener } from './redactor.ts';
import type { Resolver } from './resolve.ts';
import type { Stretch } from './rewriter.ts';
import type { SpanList } from './span-list.ts';

const LF = 10;

/** Tells the lines of the findings that a stretch of text counts, in the order in which it counts them. */
export function tellLines(stretch: Stretch, { merged, observed, unique }: Resolver, to: LineListener): void {
  const { haystack } = stretch;
  const replaced = new Lines(stretch, unique);
  // The one that goes on was counted where it began.
  for (let i = stretch.continues ? 1 : 0; i < merged.length && merged.start(i) < stretch.to; i++) {
    replaced.goTo(merged.start(i));
    to.finding(haystack, replaced.lineStart, replaced.headEnd);
  }
  const left = new Lines(stretch, unique);
  for (let i = 0; i < observed.length; i++) {
    if (observed.end(i) > stretch.to) continue;
    left.goTo(observed.start(i));
    to.finding(haystack, left.lineStart, left.headEnd);
  }
}

/** The lines of ascending positions; each byte and span is looked at once. */
class Lines {
  lineStart: number;
  headEnd = 0;
  readonly #haystack: Buffer;
  readonly #found: SpanList;
  #at = 0;
  /** The first span that begins in the line or later, and how far those before it reach. */
  #next = 0;
  #reach = 0;
  #fresh = true;

  constructor({ haystack, base }: Stretch, found: SpanList) {
    this.#haystack = haystack;
    this.#found = found;
    this.lineStart = base > 0 ? -1 : 0;
  }

  goTo(start: number): void {
    const lf = this.#haystack.subarray(this.#at, start).lastIndexOf(LF);
    if (lf !== -1) this.lineStart = this.#at + lf + 1;
    if (lf !== -1 || this.#fresh) this.#openLine(start);
    this.#at = start;
    this.#fresh = false;
  }

  #openLine(start: number): void {
    const found = this.#found;
    for (; this.#next < found.length && found.start(this.#next) < this.lineStart; this.#next++)
      this.#reach = Math.max(this.#reach, found.end(this.#next));
    const first = this.#next < found.length ? Math.min(start, found.start(this.#next)) : start;
    this.headEnd = this.#reach > this.lineStart ? this.lineStart : first;
  }
}
