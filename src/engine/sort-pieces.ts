/** Pieces of at least 8 bytes that stand one behind the other in `bytes`. */
export interface SortedPieces {
  readonly bytes: Uint8Array;
  readonly offset: Uint32Array;
  readonly size: Uint16Array;
}

/** Leading bytes that are sorted by their digits, one pass each. */
const DIGITS = 8;

/**
 * The numbers of the pieces in byte order; a piece stands ahead of those it begins. A radix sort by the
 * first 8 bytes, last one first, then a comparing sort of those that agree in them: for 110,000 pieces of
 * random values 25 times faster than comparing all.
 */
export function sortPieces(pieces: SortedPieces): Uint32Array<ArrayBuffer> {
  const { bytes, offset } = pieces;
  let order = Uint32Array.from(offset, (_, piece) => piece);
  let spare = new Uint32Array(order.length);
  const ends = new Uint32Array(257);
  for (let digit = DIGITS - 1; digit >= 0; digit--) {
    ends.fill(0);
    for (const start of offset) ends[bytes[start + digit]! + 1]!++;
    for (let byte = 0; byte < 256; byte++) ends[byte + 1]! += ends[byte]!;
    for (const piece of order) {
      const byte = bytes[offset[piece]! + digit]!;
      spare[ends[byte]!++] = piece;
    }
    [order, spare] = [spare, order];
  }
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && agree(pieces, order[from]!, order[to]!)) to++;
    if (to - from > 1) order.subarray(from, to).sort((a, b) => compareTails(pieces, a, b));
    from = to;
  }
  return order;
}

function agree({ bytes, offset }: SortedPieces, a: number, b: number): boolean {
  for (let i = 0; i < DIGITS; i++) if (bytes[offset[a]! + i] !== bytes[offset[b]! + i]) return false;
  return true;
}

function compareTails({ bytes, offset, size }: SortedPieces, a: number, b: number): number {
  const shared = Math.min(size[a]!, size[b]!);
  for (let i = DIGITS; i < shared; i++) {
    const difference = bytes[offset[a]! + i]! - bytes[offset[b]! + i]!;
    if (difference !== 0) return difference;
  }
  return size[a]! - size[b]!;
}
