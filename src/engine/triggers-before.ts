import { triggersIn } from './views/openers.ts';

/**
 * The triggers of a range that grows at its end while its start stays: what was looked at is not looked at
 * again. A JSON line that comes in small pieces is held whole, and would be read from its start at each piece.
 */
export class TriggersBefore {
  #from = -1;
  #to = -1;
  #seen = 0;

  /** SAW_* bits of `bytes[from, to)`; bytes asked for once may not change. */
  of(bytes: Uint8Array, from: number, to: number): number {
    if (from !== this.#from || to < this.#to) {
      this.#from = from;
      this.#to = from;
      this.#seen = 0;
    }
    this.#seen |= triggersIn(bytes, this.#to, to);
    this.#to = Math.max(this.#to, to);
    return this.#seen;
  }

  /** The bytes moved `by` to the front. */
  shift(by: number): void {
    this.#from -= by;
    this.#to -= by;
  }
}
