/** A walk notes its state at every so-maniest byte of the text: a power of two. */
export const STRIDE = 64;
const FIRST_ROOM = 64;

/**
 * The states in which the last long walk of an automaton stood, STRIDE bytes apart. A flood of keywords has one walk
 * begin behind each, all over the same bytes; they soon stand in one state, and what was read from there need not be
 * read again. Holds no byte of the text.
 */
export class Track {
  /** Of which walks over which text; 0: none. */
  #walks = 0;
  /** The position of the first cell; rows are known of cells `[#low, #count)`, each reached from the one before. */
  #base = 0;
  #low = 0;
  #count = 0;
  #rows = new Int32Array(FIRST_ROOM);

  /**
   * Notes that a walk stands in `row` at `at`, a multiple of STRIDE.
   * @param walks another number for another text, and for walks that go on where these would end
   * @param begins it is the first note of its walk
   * @returns the last position up to `limit` that is known to be reached from there; `at` if none is
   */
  note(walks: number, at: number, row: number, begins: boolean, limit: number): number {
    let cell = (at - this.#base) / STRIDE;
    if (walks !== this.#walks || cell < this.#low || cell > this.#count) {
      this.#walks = walks;
      this.#base = at;
      this.#low = 0;
      this.#count = 0;
      cell = 0;
    }
    if (cell < this.#count && this.#rows[cell] === row) {
      const last = Math.min(this.#count - 1, Math.floor((limit - this.#base) / STRIDE));
      return this.#base + last * STRIDE;
    }
    if (cell === this.#rows.length) this.#grow();
    this.#rows[cell] = row;
    if (begins) this.#low = cell;
    this.#count = Math.max(this.#count, cell + 1);
    return at;
  }

  /** The row at a position that `note` gave. */
  rowAt(at: number): number {
    return this.#rows[(at - this.#base) / STRIDE]!;
  }

  /** The walk that noted `at` last ends ahead of the next cell: what was known behind was another's. */
  cut(at: number): void {
    this.#count = (at - this.#base) / STRIDE + 1;
  }

  #grow(): void {
    const larger = new Int32Array(2 * this.#rows.length);
    larger.set(this.#rows);
    this.#rows = larger;
  }
}
