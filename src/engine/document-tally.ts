import type { FindingList } from './findings.ts';
import { LABEL_REACH, type Resolver } from './resolve.ts';
import { SpanList } from './span-list.ts';

const NO_SPANS = new SpanList();

/** Counts the findings of a stretch of a document as the rewriter passes them, each once, in order. */
export class DocumentTally {
  #merged: SpanList = NO_SPANS;
  #observed: SpanList = NO_SPANS;
  #findings: FindingList | null = null;
  /** Indices of observed spans in the order of their ends. */
  #byEnd: number[] = [];
  /** How many merged spans, and entries of `#byEnd`, are done. */
  #mergedDone = 0;
  #observedDone = 0;

  /** @param continues the first merged span has been counted in the stretch before */
  begin(resolver: Resolver, findings: FindingList, continues: boolean): void {
    const { merged, observed } = resolver;
    this.#merged = merged;
    this.#observed = observed;
    this.#findings = findings;
    this.#mergedDone = continues ? 1 : 0;
    this.#observedDone = 0;
    this.#byEnd = Array.from({ length: observed.length }, (_, i) => i);
    this.#byEnd.sort((a, b) => observed.end(a) - observed.end(b) || a - b);
  }

  /** Counts the findings that begin before `upTo`, and the observed ones that end there or before. */
  count(upTo: number): void {
    const merged = this.#merged;
    while (this.#mergedDone < merged.length && merged.start(this.#mergedDone) < upTo)
      this.#countMerged(this.#mergedDone++);
    this.#countObserved(upTo, upTo);
  }

  /** Passes the token `[start, end)`: what is within it is not counted, but for merged spans that `isKnown` names. */
  pass(start: number, end: number, isKnown: (rule: number) => boolean): void {
    this.count(start);
    const merged = this.#merged;
    for (; this.#mergedDone < merged.length && merged.start(this.#mergedDone) < end; this.#mergedDone++) {
      const i = this.#mergedDone;
      if (isKnown(merged.rule(i)) || merged.end(i) > end) this.#countMerged(i);
    }
    this.#countObserved(end, start);
  }

  /** Whether an observed finding meets the range. */
  observes(start: number, end: number): boolean {
    const observed = this.#observed;
    for (let i = 0; i < observed.length; i++)
      if (observed.start(i) < end && observed.end(i) > start) return true;
    return false;
  }

  /** A long finding leaves before its end is known: its size is told up to LABEL_REACH. */
  #countMerged(i: number): void {
    const merged = this.#merged;
    const size = Math.min(LABEL_REACH, merged.end(i) - merged.start(i));
    this.#findings!.push(merged.rule(i), merged.spelling(i), size);
  }

  /** Counts what ends at or before `end` and begins before `start`. */
  #countObserved(end: number, start: number): void {
    const observed = this.#observed;
    for (; this.#observedDone < this.#byEnd.length; this.#observedDone++) {
      const i = this.#byEnd[this.#observedDone]!;
      if (observed.end(i) > end) return;
      if (observed.start(i) < start)
        this.#findings!.push(observed.rule(i), observed.spelling(i), observed.end(i) - observed.start(i));
    }
  }
}
