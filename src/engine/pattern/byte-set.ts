/** A set of byte values: 256 cells, 1 where the byte belongs. */
export type ByteSet = Uint8Array;

export function emptySet(): ByteSet {
  return new Uint8Array(256);
}

export function setOf(...bytes: number[]): ByteSet {
  const set = emptySet();
  for (const byte of bytes) set[byte] = 1;
  return set;
}

/** Adds `low` to `high`, both included. */
export function addRange(set: ByteSet, low: number, high: number): void {
  set.fill(1, low, high + 1);
}

export function addAll(set: ByteSet, other: ByteSet): void {
  for (let byte = 0; byte < 256; byte++) set[byte]! |= other[byte]!;
}

export function negate(set: ByteSet): ByteSet {
  return set.map((cell) => 1 - cell);
}

/** Numbers different sets in the order in which they are met. */
export class SetRegister {
  readonly sets: ByteSet[] = [];
  /** By identity: a repeated class is asked for again and again. */
  readonly #met = new Map<ByteSet, number>();
  readonly #known = new Map<string, number>();

  numberOf(set: ByteSet): number {
    const met = this.#met.get(set);
    if (met !== undefined) return met;
    const key = Buffer.from(set.buffer, set.byteOffset, set.length).toString('latin1');
    const number = this.#known.get(key) ?? this.sets.push(set) - 1;
    this.#known.set(key, number);
    this.#met.set(set, number);
    return number;
  }
}

export function intersects(a: ByteSet, b: ByteSet): boolean {
  for (let byte = 0; byte < 256; byte++) if (a[byte]! & b[byte]!) return true;
  return false;
}

/** Members in ascending order. */
export function members(set: ByteSet): number[] {
  const found: number[] = [];
  for (let byte = 0; byte < 256; byte++) if (set[byte]) found.push(byte);
  return found;
}

/** Adds the other case of every ASCII letter in the set. */
export function foldCase(set: ByteSet): ByteSet {
  const folded = set.slice();
  for (let lower = 0x61; lower <= 0x7a; lower++) {
    const either = set[lower]! | set[lower - 32]!;
    folded[lower] = either;
    folded[lower - 32] = either;
  }
  return folded;
}

/** `[0-9A-Za-z_]`, the bytes that `\w` and `\b` speak of. */
export const WORD: ByteSet = emptySet();
addRange(WORD, 0x30, 0x39);
addRange(WORD, 0x41, 0x5a);
addRange(WORD, 0x61, 0x7a);
WORD[0x5f] = 1;

/** A set as 256 bits in 32 bytes. */
export function bitsOf(set: ByteSet): Uint8Array {
  const bits = new Uint8Array(set.length / 8);
  set.forEach((cell, byte) => {
    bits[byte >>> 3]! |= cell << (byte & 7);
  });
  return bits;
}

/** Bytes that the same sets hold are of one class. @returns the class of each byte, and a byte of each class */
export function classesOf(sets: readonly ByteSet[]): { classOf: Uint8Array; samples: number[] } {
  const classOf = new Uint8Array(256);
  let count = 1;
  for (const set of sets) {
    // Each class is parted into what the set holds of it and what it does not.
    const parts = new Int16Array(2 * count).fill(-1);
    count = 0;
    for (let byte = 0; byte < 256; byte++) {
      const part = 2 * classOf[byte]! + set[byte]!;
      if (parts[part] === -1) parts[part] = count++;
      classOf[byte] = parts[part]!;
    }
  }
  const samples: number[] = [];
  for (let byte = 0; byte < 256; byte++)
    if (samples[classOf[byte]!] === undefined) samples[classOf[byte]!] = byte;
  return { classOf, samples };
}
