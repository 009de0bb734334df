const LF = 10;

/** Where lines end, each byte looked at once while the questions come from the same line. */
export class LineEnds {
  /** No line ends in `[#from, #to)`; one does at `#to` if `#ended`. */
  #from = 0;
  #to = -1;
  #ended = false;

  /** Other bytes from now on. */
  reset(): void {
    this.#to = -1;
  }

  /** Where the line that `at` stands in ends, `limit` at most. */
  endAt(haystack: Uint8Array, at: number, limit: number): number {
    if (at < this.#from || at > this.#to) {
      this.#from = at;
      this.#to = at;
      this.#ended = false;
    }
    if (!this.#ended) {
      let to = this.#to;
      while (to < limit && haystack[to] !== LF) to++;
      this.#ended = to < limit;
      this.#to = to;
    }
    return Math.min(this.#to, limit);
  }
}
