/** Bit sets in 32-bit words, the lowest bit first. */

/** 4 bytes, little-endian. */
export function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

export function setBit(bits: Uint32Array, at: number): void {
  bits[at >>> 5]! |= 1 << (at & 31);
}

export function hasBit(bits: Uint32Array, at: number): boolean {
  return ((bits[at >>> 5]! >>> (at & 31)) & 1) === 1;
}

/** The place of the lowest bit of a word that is not zero. */
export function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

/** How many bits of a word are set. */
export function countBits(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** `into` with the first `count` of `words` at index `at`, and larger if it need be. */
export function withWords(into: Uint32Array, at: number, words: Uint32Array, count: number): Uint32Array {
  let all = into;
  if (at + count > all.length) {
    all = new Uint32Array(Math.max(64, at + count, 2 * into.length));
    all.set(into);
  }
  if (count === words.length) all.set(words, at);
  else for (let i = 0; i < count; i++) all[at + i] = words[i]!;
  return all;
}
