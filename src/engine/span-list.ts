/** Spans found in a haystack: start, end, rule and spelling in one typed array that grows and is reused. */
export class SpanList {
  #cells = new Int32Array(4 * 64);
  length = 0;

  push(start: number, end: number, rule: number, spelling: number): void {
    const at = this.length * 4;
    if (at === this.#cells.length) this.#grow();
    this.#cells[at] = start;
    this.#cells[at + 1] = end;
    this.#cells[at + 2] = rule;
    this.#cells[at + 3] = spelling;
    this.length++;
  }

  start(index: number): number {
    return this.#cells[index * 4]!;
  }

  end(index: number): number {
    return this.#cells[index * 4 + 1]!;
  }

  rule(index: number): number {
    return this.#cells[index * 4 + 2]!;
  }

  spelling(index: number): number {
    return this.#cells[index * 4 + 3]!;
  }

  /** Moves a span's end further back, never forward. */
  extend(index: number, end: number): void {
    const at = index * 4 + 1;
    this.#cells[at] = Math.max(this.#cells[at]!, end);
  }

  clear(): void {
    this.length = 0;
  }

  #grow(): void {
    const larger = new Int32Array(this.#cells.length * 2);
    larger.set(this.#cells);
    this.#cells = larger;
  }
}

/** Appends all spans of `from`. */
export function copySpans(from: SpanList, to: SpanList): void {
  for (let i = 0; i < from.length; i++) to.push(from.start(i), from.end(i), from.rule(i), from.spelling(i));
}

/** Keeps each span that ends behind `floor`, `shift` bytes further to the front. */
export function keepSpans(from: SpanList, floor: number, shift: number, to: SpanList): void {
  for (let i = 0; i < from.length; i++) {
    if (from.end(i) <= floor) continue;
    // One that goes on for long may have begun ahead of the context that is kept.
    to.push(Math.max(0, from.start(i) - shift), from.end(i) - shift, from.rule(i), from.spelling(i));
  }
}
