/** Bytes behind the limit that are read as well, so that the next questions are answered. */
const AHEAD = 16 * 1024;

/** Where a byte stands next in a text: sought natively, and not again until the questions have passed it. */
export class NextByte {
  readonly #byte: number;
  /** The text under scan. The byte stands nowhere in its `[#from, #next)`, and nothing is known from `#end` on. */
  #text = 0;
  #from = 0;
  #next = 0;
  #end = 0;

  constructor(byte: number) {
    this.#byte = byte;
  }

  /**
   * True if the byte stands in `[at, limit)`.
   * @param end of the data, or of the piece of it, at or behind `limit`
   * @param text while it stays the same, the bytes do
   */
  stands(haystack: Uint8Array, at: number, limit: number, end: number, text: number): boolean {
    if (text !== this.#text || at < this.#from || at > this.#next || limit > this.#end) {
      const stop = Math.min(end, limit + AHEAD);
      const found = haystack.subarray(at, stop).indexOf(this.#byte);
      this.#text = text;
      this.#from = at;
      this.#end = stop;
      this.#next = found === -1 ? stop : at + found;
    }
    return this.#next < limit;
  }
}
