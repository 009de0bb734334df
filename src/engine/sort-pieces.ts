import type { Literals } from './joints.ts';

/** Leading bytes that are sorted by their digits, two in a pass. */
const DIGITS = 8;
const RADIX = 2 ** 16;

/**
 * The numbers of the pieces in byte order; a piece stands ahead of those it begins. A radix sort by the
 * first 8 bytes, the last ones first, then a comparing sort of those that agree in them. The 8 bytes are gathered
 * ahead: fetched from their pieces in every pass they take most of its time.
 * @param pieces of at least 8 bytes
 */
export function sortPieces(pieces: Literals): Uint32Array<ArrayBuffer> {
  const { bytes, offset } = pieces;
  const first = offset.map((start) => bigEndian(bytes, start));
  const second = offset.map((start) => bigEndian(bytes, start + 4));
  let order = Uint32Array.from(offset, (_, piece) => piece);
  let spare = new Uint32Array(order.length);
  const ends = new Uint32Array(RADIX + 1);
  for (const keys of [second, first])
    for (const shift of [0, 16]) {
      sortBy(keys, shift, order, spare, ends);
      [order, spare] = [spare, order];
    }
  for (let from = 0; from < order.length; ) {
    const piece = order[from]!;
    let to = from + 1;
    while (to < order.length && first[order[to]!] === first[piece] && second[order[to]!] === second[piece])
      to++;
    if (to - from > 1) order.subarray(from, to).sort((a, b) => compareTails(pieces, a, b));
    from = to;
  }
  // They are bytes of secrets.
  first.fill(0);
  second.fill(0);
  return order;
}

/** Puts the pieces of `order` into `into` by 16 bits of their keys; what agrees in them stays in its order. */
function sortBy(
  keys: Uint32Array,
  shift: number,
  order: Uint32Array,
  into: Uint32Array,
  ends: Uint32Array,
): void {
  ends.fill(0);
  for (const key of keys) ends[((key >>> shift) & 0xffff) + 1]!++;
  for (let digit = 0; digit < RADIX; digit++) ends[digit + 1]! += ends[digit]!;
  for (const piece of order) into[ends[(keys[piece]! >>> shift) & 0xffff]!++] = piece;
}

function bigEndian(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
}

function compareTails({ bytes, offset, size }: Literals, a: number, b: number): number {
  const shared = Math.min(size[a]!, size[b]!);
  for (let i = DIGITS; i < shared; i++) {
    const difference = bytes[offset[a]! + i]! - bytes[offset[b]! + i]!;
    if (difference !== 0) return difference;
  }
  return size[a]! - size[b]!;
}
