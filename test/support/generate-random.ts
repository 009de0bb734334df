/** A seeded source of chance: the same seed gives the same case for ever, so a failure is its seed. */
export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) >>> 0;
  }

  /** 32 random bits (splitmix32). */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  /** An integer in `[0, limit)`. */
  below(limit: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * limit);
  }

  /** An integer in `[from, to]`. */
  between(from: number, to: number): number {
    return from + this.below(to - from + 1);
  }

  /** True once in `n`. */
  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }

  bytes(length: number): Buffer {
    const drawn = Buffer.alloc(length);
    for (let at = 0; at < length; at++) drawn[at] = this.next() >>> 11;
    return drawn;
  }

  /** `length` characters drawn from `alphabet`, one array entry or code unit a character. */
  text(alphabet: string | readonly string[], length: number): string {
    let drawn = '';
    for (let at = 0; at < length; at++) drawn += alphabet[this.below(alphabet.length)];
    return drawn;
  }
}
