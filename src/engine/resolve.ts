import type { Rule } from './matcher.ts';
import { SpanList } from './span-list.ts';

/**
 * A merged span goes on without a limit (a stream of nothing but one secret), but findings that begin
 * more than this many bytes behind its start no longer compete for its label: so the label is known, and
 * the placeholder can leave, after a bounded wait.
 */
export const LABEL_REACH = 16 * 1024;

/** Starts are below 2^31 and a batch holds fewer than 2^21 spans: both fit one double. */
const INDEX_SPACE = 2 ** 21;

/**
 * Turns spans into disjoint ones, in order. Overlapping spans merge, and so do touching ones of the same
 * rule. The label is that of the highest rank; among equals the longest, then the leftmost, then the
 * plainest spelling.
 */
export class Resolver {
  /** Disjoint spans to replace. */
  readonly merged = new SpanList();
  /** Spans of rules that only observe: those of one rule that overlap or touch are one, as in `merged`. */
  readonly observed = new SpanList();
  /** The spans as they came, sorted, each once: the same bytes are found again in views and later scans. */
  readonly unique = new SpanList();
  /** The first merged span is the one that was open at the floor. */
  continued = false;
  #keys = new Float64Array(64);
  /** Per rule that observes, its last span in `observed`. */
  readonly #lastObserved = new Map<number, number>();

  /**
   * Reads the spans that end behind `floor`, clipped to begin there at the earliest.
   * @param open a merged span whose beginning has left already: it takes what overlaps or touches it, its rule stays
   */
  resolve(spans: SpanList, rules: readonly Rule[], floor: number, open: Open | null): void {
    this.merged.clear();
    this.continued = false;
    this.observed.clear();
    this.unique.clear();
    const count = spans.length;
    // Most chunks hold nothing.
    if (count === 0 && open === null) return;
    this.#lastObserved.clear();
    const merger = new Merger(this.merged, rules);
    if (open !== null) merger.open(floor, open);
    if (this.#keys.length < count) this.#keys = new Float64Array(count * 2);
    for (let i = 0; i < count; i++) this.#keys[i] = spans.start(i) * INDEX_SPACE + i;
    const keys = this.#keys.subarray(0, count);
    if (count > 1) {
      keys.sort();
      orderEqualStarts(keys, spans);
    }
    for (let k = 0; k < count; k++) {
      const i = keys[k]! % INDEX_SPACE;
      const end = spans.end(i);
      if (end <= floor) continue;
      const rule = spans.rule(i);
      if (!this.#isNew(spans.start(i), end, rule)) continue;
      this.unique.push(spans.start(i), end, rule, spans.spelling(i));
      const start = Math.max(floor, spans.start(i));
      if (rules[rule]!.observe) this.#observe(start, end, rule, spans.spelling(i));
      else merger.add(start, end, rule, spans.spelling(i));
    }
    merger.finish();
    this.continued = open !== null && this.merged.length > 0 && merger.tookOpen;
  }

  #observe(start: number, end: number, rule: number, spelling: number): void {
    const last = this.#lastObserved.get(rule);
    if (last !== undefined && start <= this.observed.end(last)) {
      this.observed.extend(last, end);
      return;
    }
    this.#lastObserved.set(rule, this.observed.length);
    this.observed.push(start, end, rule, spelling);
  }

  #isNew(start: number, end: number, rule: number): boolean {
    const { unique } = this;
    // Equal starts and ends come in a row.
    for (let i = unique.length - 1; i >= 0 && unique.start(i) === start && unique.end(i) === end; i--) {
      if (unique.rule(i) === rule) return false;
    }
    return true;
  }
}

/** A merged span that goes on: where it ends so far, and its rule. */
export interface Open {
  readonly end: number;
  readonly rule: number;
}

/** More spans with one start than this are sorted apart: they are many where a flood's findings were clipped to one floor. */
const FEW = 16;

/** Among spans with one start the longest comes first, then the lower rule: the outcome hangs on the spans alone. */
function orderEqualStarts(keys: Float64Array, spans: SpanList): void {
  for (let from = 0; from < keys.length; ) {
    const start = spans.start(keys[from]! % INDEX_SPACE);
    let to = from + 1;
    while (to < keys.length && spans.start(keys[to]! % INDEX_SPACE) === start) to++;
    if (to - from > FEW) {
      keys.subarray(from, to).sort((a, b) => (comesBefore(a % INDEX_SPACE, b % INDEX_SPACE, spans) ? -1 : 1));
    } else insertInOrder(keys, from, to, spans);
    from = to;
  }
}

/** Allocates nothing: two or three spans with one start are common. */
function insertInOrder(keys: Float64Array, from: number, to: number, spans: SpanList): void {
  for (let k = from + 1; k < to; k++) {
    const key = keys[k]!;
    let at = k;
    while (at > from && comesBefore(key % INDEX_SPACE, keys[at - 1]! % INDEX_SPACE, spans)) {
      keys[at] = keys[at - 1]!;
      at--;
    }
    keys[at] = key;
  }
}

/** Of two spans with one start. */
function comesBefore(a: number, b: number, spans: SpanList): boolean {
  if (spans.end(a) !== spans.end(b)) return spans.end(a) > spans.end(b);
  if (spans.rule(a) !== spans.rule(b)) return spans.rule(a) < spans.rule(b);
  return spans.spelling(a) < spans.spelling(b);
}

class Merger {
  readonly #out: SpanList;
  readonly #rules: readonly Rule[];
  #start = -1;
  #end = -1;
  #rule = 0;
  #spelling = 0;
  #best = 0;
  /** The label has left with the placeholder. */
  #sealed = false;
  /** The open span took bytes. */
  tookOpen = false;

  constructor(out: SpanList, rules: readonly Rule[]) {
    this.#out = out;
    this.#rules = rules;
  }

  open(floor: number, { end, rule }: Open): void {
    this.#start = floor;
    this.#end = Math.max(floor, end);
    this.#rule = rule;
    this.#sealed = true;
  }

  add(start: number, end: number, rule: number, spelling: number): void {
    const goesOn = this.#start !== -1 && (start < this.#end || (start === this.#end && rule === this.#rule));
    if (!goesOn) {
      this.finish();
      this.#start = start;
      this.#end = end;
      this.#take(rule, spelling, end - start);
      return;
    }
    if (!this.#sealed && start - this.#start <= LABEL_REACH && this.#outranks(rule, spelling, end - start)) {
      this.#take(rule, spelling, end - start);
    }
    this.#end = Math.max(this.#end, end);
  }

  finish(): void {
    if (this.#start !== -1 && this.#end > this.#start) {
      this.#out.push(this.#start, this.#end, this.#rule, this.#spelling);
      this.tookOpen ||= this.#sealed;
    }
    this.#start = -1;
    this.#sealed = false;
  }

  #take(rule: number, spelling: number, size: number): void {
    this.#rule = rule;
    this.#spelling = spelling;
    this.#best = size;
  }

  #outranks(rule: number, spelling: number, size: number): boolean {
    const difference = this.#rules[rule]!.rank - this.#rules[this.#rule]!.rank;
    if (difference !== 0) return difference > 0;
    if (size !== this.#best) return size > this.#best;
    return rule === this.#rule && spelling < this.#spelling;
  }
}
