/** Kinds of bytes in a number: `1` to `9`, `0`, minus, plus, point, `e`; 6 for all others. */
const CLASSES = new Uint8Array(256).fill(6);
for (const digit of '123456789') CLASSES[digit.charCodeAt(0)] = 0;
for (const [char, kind] of [
  ['0', 1],
  ['-', 2],
  ['+', 3],
  ['.', 4],
  ['e', 5],
  ['E', 5],
] as const)
  CLASSES[char.charCodeAt(0)] = kind;

/** Where a number begins, for `nextOfNumber`. */
export const NUMBER_START = 0;
/** What `nextOfNumber` gives for a byte that cannot stand there. */
export const NO_NUMBER = 9;

/**
 * The grammar of RFC 8259 section 6. States, in order: start, behind the minus, zero, digits, behind the
 * point, digits of the fraction, behind `e`, behind its sign, digits of the exponent. Columns as in CLASSES.
 */
const NEXT = Uint8Array.of(
  ...[3, 2, 1, 9, 9, 9, 9],
  ...[3, 2, 9, 9, 9, 9, 9],
  ...[9, 9, 9, 9, 4, 6, 9],
  ...[3, 3, 9, 9, 4, 6, 9],
  ...[5, 5, 9, 9, 9, 9, 9],
  ...[5, 5, 9, 9, 9, 6, 9],
  ...[8, 8, 7, 7, 9, 9, 9],
  ...[8, 8, 9, 9, 9, 9, 9],
  ...[8, 8, 9, 9, 9, 9, 9],
);

/** The state behind `byte`, so that a number can be read in pieces. */
export function nextOfNumber(state: number, byte: number): number {
  return NEXT[state * 7 + CLASSES[byte]!]!;
}

/** A number may end in this state. */
export function endsNumber(state: number): boolean {
  return state === 2 || state === 3 || state === 5 || state === 8;
}

/** True when `bytes[from, to)` is one number. */
export function isNumber(bytes: Uint8Array, from: number, to: number): boolean {
  let state = NUMBER_START;
  for (let at = from; at < to && state !== NO_NUMBER; at++) state = nextOfNumber(state, bytes[at]!);
  return endsNumber(state);
}
