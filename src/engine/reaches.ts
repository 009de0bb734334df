/** Where a keyword begins, and the end of what its detector has looked at. */
const CELLS = 2;

/**
 * How far behind the keywords of a haystack their detectors had to look. An escape among that may stand in a secret
 * whose keyword lies far ahead of it: `Bearer`, 300 bytes of a token, `\/`, and the rest.
 */
export class Reaches {
  #cells = new Int32Array(64 * CELLS);
  #count = 0;
  /** The furthest that any looked. */
  #most = 0;

  clear(): void {
    this.#count = 0;
    this.#most = 0;
  }

  /** Notes a keyword that begins at `at`, at or behind the one noted before: what stands behind `end` had no say. */
  push(at: number, end: number): void {
    const cell = this.#count * CELLS;
    if (cell === this.#cells.length) this.#grow();
    this.#cells[cell] = at;
    this.#cells[cell + 1] = end;
    this.#count++;
    if (end - at > this.#most) this.#most = end - at;
  }

  /** The first keyword ahead of `position` for which the byte there had a say; `position` if there is none. */
  first(position: number): number {
    for (let i = this.#from(position - this.#most); i < this.#count; i++) {
      const at = this.#cells[i * CELLS]!;
      if (at >= position) break;
      if (this.#cells[i * CELLS + 1]! > position) return at;
    }
    return position;
  }

  /** The first note of a keyword at or behind `position`. */
  #from(position: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#cells[middle * CELLS]! < position) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #grow(): void {
    const larger = new Int32Array(this.#cells.length * 2);
    larger.set(this.#cells);
    this.#cells = larger;
  }
}
