import { hasBit, setBit } from './bits.ts';

/** To note the joints of 100 secrets takes 3 ms of a start; so many questions take as long without. */
const ASKED_OFTEN = 100;

/** Literals that stand one behind the other in `bytes`. */
export interface Literals {
  readonly bytes: Uint8Array;
  /** Where each begins, and how many bytes it has. */
  readonly offset: Uint32Array;
  readonly size: Uint16Array;
}

/** Every byte stands for itself. */
const SAME: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) => byte);

/**
 * A bit for each pair of bytes that are neighbours in one of the literals. Those of 10,000 secrets take 20 ms: the
 * thread that compiles them notes them too, so that no stream waits.
 * @param fold bytes of one value here are the same
 */
export function jointsOf({ bytes, offset, size }: Literals, fold = SAME): Uint32Array<ArrayBuffer> {
  const joints = new Uint32Array(65536 / 32);
  for (let literal = 0; literal < offset.length; literal++) {
    const from = offset[literal]!;
    for (let i = from + 1; i < from + size[literal]!; i++) setBit(joints, jointAt(bytes, i, fold));
  }
  return joints;
}

function jointAt(bytes: Uint8Array, at: number, fold: Uint8Array): number {
  return fold[bytes[at - 1]!]! | (fold[bytes[at]!]! << 8);
}

/**
 * Which bytes are neighbours in any of some literals. Where two stand that are not, no literal began ahead of them that
 * goes on behind the end of the data. Most chunks end with a line, which few literals hold: without this a third of what
 * a line costs that comes by itself was the search for the beginnings of literals in its last 255 bytes.
 */
export class Joints {
  readonly #literals: () => Literals;
  readonly #fold: Uint8Array;
  #bits: Uint32Array | null;
  #asked = 0;

  /**
   * @param known what `jointsOf` has made of them; empty: it is made when it is worth it
   * @param fold as for `jointsOf`
   */
  constructor(literals: () => Literals, known: Uint32Array, fold = SAME) {
    this.#literals = literals;
    this.#fold = fold;
    this.#bits = known.length === 0 ? null : known;
  }

  /** Where at the earliest a literal begins that goes on behind `end`, `from` at least. */
  backOver(haystack: Uint8Array, from: number, end: number): number {
    const bits = this.#bits ?? this.#note();
    if (bits === null) return from;
    let at = end - 1;
    while (at > from) {
      const joint = jointAt(haystack, at, this.#fold);
      if (!hasBit(bits, joint)) break;
      at--;
    }
    return Math.max(from, at);
  }

  wipe(): void {
    this.#bits?.fill(0);
  }

  #note(): Uint32Array | null {
    if (++this.#asked > ASKED_OFTEN) this.#bits = jointsOf(this.#literals(), this.#fold);
    return this.#bits;
  }
}
