/**
 * What was redacted, for counting: rule, spelling and size, never bytes. The redactor appends, the edge
 * drains after every batch. Grows in one typed array; no object per finding.
 */
export class FindingList {
  #cells = new Uint32Array(3 * 256);
  length = 0;

  /** @param rule index into the matcher's rules @param spelling see `spelling.ts` @param bytes redacted input bytes */
  push(rule: number, spelling: number, bytes: number): void {
    const at = this.length * 3;
    if (at === this.#cells.length) this.#grow();
    this.#cells[at] = rule;
    this.#cells[at + 1] = spelling;
    this.#cells[at + 2] = bytes;
    this.length++;
  }

  rule(index: number): number {
    return this.#cells[index * 3]!;
  }

  spelling(index: number): number {
    return this.#cells[index * 3 + 1]!;
  }

  bytes(index: number): number {
    return this.#cells[index * 3 + 2]!;
  }

  clear(): void {
    this.length = 0;
  }

  #grow(): void {
    const larger = new Uint32Array(this.#cells.length * 2);
    larger.set(this.#cells);
    this.#cells = larger;
  }
}
