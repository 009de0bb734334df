/** The stretches of its source that a view holds, one behind the other; each with where that ends to tell what its source does not. */
export class PieceList {
  count = 0;
  #cells = new Int32Array(3 * 16);

  /**
   * @param start where it begins in the view; it ends where the next one begins
   * @param escapedTo the end of its last escape's line, in the haystack as it came
   * @param inLine it begins in the middle of a line there
   */
  push(start: number, escapedTo: number, inLine: boolean): void {
    const at = this.count * 3;
    if (at === this.#cells.length) this.#grow();
    this.#cells[at] = start;
    this.#cells[at + 1] = escapedTo;
    this.#cells[at + 2] = inLine ? 1 : 0;
    this.count++;
  }

  clear(): void {
    this.count = 0;
  }

  start(index: number): number {
    return this.#cells[index * 3]!;
  }

  escapedTo(index: number): number {
    return this.#cells[index * 3 + 1]!;
  }

  beginsInLine(index: number): boolean {
    return this.#cells[index * 3 + 2] === 1;
  }

  /** The piece that holds `position`, sought from piece `near` on: whoever asks goes through a view from its start. */
  at(position: number, near: number): number {
    let index = near;
    while (index > 0 && this.start(index) > position) index--;
    while (index + 1 < this.count && this.start(index + 1) <= position) index++;
    return index;
  }

  #grow(): void {
    const larger = new Int32Array(this.#cells.length * 2);
    larger.set(this.#cells);
    this.#cells = larger;
  }
}
