import { setBit } from './bits.ts';

/** A bit for each pair of bytes. */
export function newJoints(): Uint32Array<ArrayBuffer> {
  return new Uint32Array(65536 / 32);
}

/** Sets the bits of all neighbours in `[from, to)` of `bytes`. */
export function addJoints(joints: Uint32Array, bytes: Uint8Array, from: number, to: number): void {
  for (let i = from + 1; i < to; i++) setBit(joints, bytes[i - 1]! | (bytes[i]! << 8));
}

/**
 * Where a literal may begin that goes on behind `end`, `from` at least: its bytes are neighbours in some literal.
 * Most chunks end with a line, which few literals hold: that took as long as 10 KB of logs, looked for at every byte.
 * @param fold by byte, what stands for it in the joints
 */
export function backOverJoints(
  joints: Uint32Array,
  fold: Uint8Array,
  haystack: Uint8Array,
  from: number,
  end: number,
): number {
  let at = end - 1;
  while (at > from) {
    const joint = fold[haystack[at - 1]!]! | (fold[haystack[at]!]! << 8);
    if (((joints[joint >>> 5]! >>> (joint & 31)) & 1) === 0) break;
    at--;
  }
  return Math.max(from, at);
}
