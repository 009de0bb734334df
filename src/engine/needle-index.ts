import { gramHash } from './kernel/kernel.ts';
import type { Around, NearMisses } from './near.ts';
import type { SpanList } from './span-list.ts';
import { NEAR_TAIL, NO_VARIANT } from './spelling.ts';
import type { Needle } from './variants/variant.ts';

/** Bytes in a needle's window: 4-byte grams at 5 phases. */
const WINDOW = 8;
/**
 * Longest piece that is compared as one: a longer needle is tiled into pieces of this size that match
 * alone, so that the carry is bounded and a value cut by a logger is still taken out piece by piece.
 */
export const PIECE = 256;
/** Windows tried per piece, evenly spaced, to find one that few other pieces share. */
const WINDOW_CHOICES = 16;

/** Plain arrays (transferable) that hold every piece of every needle, and how to find them. */
export interface NeedleTables {
  readonly bytes: Uint8Array;
  readonly offset: Uint32Array;
  readonly size: Uint16Array;
  readonly secret: Uint32Array;
  readonly variant: Uint8Array;
  /** Where the piece's window begins, relative to the piece. */
  readonly window: Uint16Array;
  /** Hash table over windows: head of chain, next in chain (-1 ends), full hash. */
  readonly head: Int32Array;
  readonly next: Int32Array;
  readonly hash: Uint32Array;
  /** Piece numbers in byte order, for prefixes. */
  readonly order: Uint32Array;
  /** One bit per first byte pair of a piece, and per hashed first gram. */
  readonly pairs: Uint32Array;
  readonly heads: Uint32Array;
  readonly headBits: number;
  readonly grams: Uint32Array;
  readonly gramBits: number;
  readonly longest: number;
}

/** Compiles needles (each at least 8 bytes) into tables; linear in their bytes but for one sort of the pieces. */
export function buildNeedleTables(needles: readonly Needle[]): NeedleTables {
  const cuts = cutPieces(needles);
  const count = cuts.length;
  const tableBits = Math.max(4, Math.ceil(Math.log2(count * 2 + 1)));
  const gramBits = Math.min(27, Math.max(15, Math.ceil(Math.log2(count * 5 * 24 + 1))));
  const headBits = Math.max(10, Math.ceil(Math.log2(count * 8 + 1)));
  const tables: Building = {
    bytes: new Uint8Array(new ArrayBuffer(cuts.reduce((sum, cut) => sum + cut.size, 0))),
    offset: new Uint32Array(count),
    size: new Uint16Array(count),
    secret: new Uint32Array(count),
    variant: new Uint8Array(count),
    window: new Uint16Array(count),
    head: new Int32Array(2 ** tableBits).fill(-1),
    next: new Int32Array(count),
    hash: new Uint32Array(count),
    order: new Uint32Array(0),
    pairs: new Uint32Array(65536 / 32),
    heads: new Uint32Array(2 ** headBits / 32),
    headBits,
    grams: new Uint32Array(2 ** gramBits / 32),
    gramBits,
    longest: 0,
  };
  const uses = new Uint16Array(65536);
  let at = 0;
  cuts.forEach((cut, piece) => {
    tables.bytes.set(cut.needle.bytes.subarray(cut.from, cut.from + cut.size), at);
    tables.offset[piece] = at;
    tables.size[piece] = cut.size;
    tables.secret[piece] = cut.needle.secret;
    tables.variant[piece] = cut.needle.variant;
    tables.longest = Math.max(tables.longest, cut.size);
    addPiece(tables, piece, uses);
    at += cut.size;
  });
  tables.order = sortPieces(tables.bytes, tables.offset, tables.size);
  return tables;
}

interface Cut {
  readonly needle: Needle;
  readonly from: number;
  readonly size: number;
}

function cutPieces(needles: readonly Needle[]): Cut[] {
  const cuts: Cut[] = [];
  for (const needle of needles) {
    const size = needle.bytes.length;
    for (let from = 0; from + PIECE < size; from += PIECE) cuts.push({ needle, from, size: PIECE });
    const last = Math.max(0, size - PIECE);
    cuts.push({ needle, from: last, size: size - last });
  }
  return cuts;
}

type Building = { -readonly [K in keyof NeedleTables]: NeedleTables[K] };

function addPiece(tables: Building, piece: number, uses: Uint16Array): void {
  const { bytes } = tables;
  const start = tables.offset[piece]!;
  const window = chooseWindow(bytes, start, tables.size[piece]!, uses);
  tables.window[piece] = window;
  const at = start + window;
  uses[windowUse(bytes, at)]!++;
  for (let phase = 0; phase < 5; phase++)
    setBit(tables.grams, gramHash(word(bytes, at + phase), tables.gramBits));
  const hash = windowHash(word(bytes, at), word(bytes, at + 4));
  const slot = hash & (tables.head.length - 1);
  tables.hash[piece] = hash;
  tables.next[piece] = tables.head[slot]!;
  tables.head[slot] = piece;
  setBit(tables.pairs, bytes[start]! | (bytes[start + 1]! << 8));
  setBit(tables.heads, gramHash(word(bytes, start), tables.headBits));
}

/** The window with the fewest sharers and the most distinct bytes: long runs and common text make false candidates. */
function chooseWindow(bytes: Uint8Array, start: number, size: number, uses: Uint16Array): number {
  const room = size - WINDOW;
  const choices = Math.min(room + 1, WINDOW_CHOICES);
  let best = 0;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let i = 0; i < choices; i++) {
    const window = choices === 1 ? 0 : Math.floor((i * room) / (choices - 1));
    const at = start + window;
    let cost = uses[windowUse(bytes, at)]! * 8;
    for (let k = 0; k < WINDOW; k++) {
      const byte = bytes[at + k]!;
      if (byte === 0x20 || byte === 0x2d || byte === 0x30 || byte === 0) cost++;
      if (k > 0 && byte === bytes[at + k - 1]) cost++;
    }
    if (cost < bestCost) {
      bestCost = cost;
      best = window;
    }
  }
  return best;
}

function windowUse(bytes: Uint8Array, at: number): number {
  return windowHash(word(bytes, at), word(bytes, at + 4)) >>> 16;
}

function windowHash(low: number, high: number): number {
  let hash = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

function setBit(bits: Uint32Array, bit: number): void {
  bits[bit >>> 5]! |= 1 << (bit & 31);
}

function sortPieces(bytes: Uint8Array, offset: Uint32Array, size: Uint16Array): Uint32Array {
  const order = Uint32Array.from(offset, (_, piece) => piece);
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return order.sort((a, b) =>
    view.compare(view, offset[b]!, offset[b]! + size[b]!, offset[a]!, offset[a]! + size[a]!),
  );
}

/** Compares candidates with the needles, and says which end of the haystack may begin one. */
export class NeedleIndex {
  readonly tables: NeedleTables;
  /** Bytes compared by `verify` so far: a work counter for tests of linearity. */
  compared = 0;
  readonly #near: NearMisses | null;

  /** @param near decides what the windows of near misses wake; null when the tables hold none */
  constructor(tables: NeedleTables, near: NearMisses | null) {
    this.tables = tables;
    this.#near = near;
  }

  /**
   * Pushes the span of every needle whose window holds the gram at `probe`. Occurrences lie inside
   * `[from, end)`; one that the data's end cuts is `partialStart`'s matter.
   */
  verify(haystack: Uint8Array, probe: number, around: Around, spans: SpanList): void {
    const { head, next, hash, window, size } = this.tables;
    const { from, end } = around;
    const mask = head.length - 1;
    for (let phase = 0; phase < 5; phase++) {
      const at = probe - phase;
      if (at < from || at + WINDOW > end) continue;
      const wanted = windowHash(word(haystack, at), word(haystack, at + 4));
      for (let piece = head[wanted & mask]!; piece !== -1; piece = next[piece]!) {
        if (hash[piece] !== wanted) continue;
        const start = at - window[piece]!;
        if (start < from || start + size[piece]! > end) continue;
        if (this.#equals(haystack, start, piece)) this.#found(haystack, start, piece, around, spans);
      }
    }
  }

  #found(haystack: Uint8Array, start: number, piece: number, around: Around, spans: SpanList): void {
    const secret = this.tables.secret[piece]!;
    const variant = this.tables.variant[piece]!;
    if (variant >= NEAR_TAIL && variant < NO_VARIANT) {
      around.secret = secret;
      this.#near!.check(haystack, start, variant, around, spans);
    } else {
      spans.push(start, start + this.tables.size[piece]!, secret, around.view * 64 + variant);
    }
  }

  #equals(haystack: Uint8Array, start: number, piece: number): boolean {
    const { bytes, offset, size } = this.tables;
    const from = offset[piece]!;
    const length = size[piece]!;
    let i = 0;
    while (i < length && haystack[start + i] === bytes[from + i]) i++;
    this.compared += i;
    return i === length;
  }

  /** The first position from which the rest of the haystack begins a needle without ending it; `end` if none. */
  partialStart(haystack: Uint8Array, from: number, end: number): number {
    const { pairs, heads, headBits, longest } = this.tables;
    for (let q = Math.max(from, end - longest + 1); q < end - 3; q++) {
      const bit = gramHash(word(haystack, q), headBits);
      if ((heads[bit >>> 5]! >>> (bit & 31)) & 1 && this.startsWith(haystack, q, end) !== -1) return q;
    }
    for (let q = Math.max(from, end - 3); q < end; q++) {
      const pair = haystack[q]! | (haystack[q + 1]! << 8);
      const may = q === end - 1 || (pairs[pair >>> 5]! >>> (pair & 31)) & 1;
      if (may && this.startsWith(haystack, q, end) !== -1) return q;
    }
    return end;
  }

  /** A piece longer than `haystack[q, end)` that begins with it, or -1. */
  startsWith(haystack: Uint8Array, q: number, end: number): number {
    const { order, size } = this.tables;
    const length = end - q;
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(order[middle]!, haystack, q, length) < 0) low = middle + 1;
      else high = middle;
    }
    // All pieces with this prefix stand together in the order; the first may equal the prefix itself.
    for (; low < order.length; low++) {
      const piece = order[low]!;
      if (this.#compare(piece, haystack, q, length) !== 0) return -1;
      if (size[piece]! > length) return piece;
    }
    return -1;
  }

  /** Sign of (the piece's first `length` bytes) against the haystack at q; 0 when the piece begins with them. */
  #compare(piece: number, haystack: Uint8Array, q: number, length: number): number {
    const { bytes, offset, size } = this.tables;
    const from = offset[piece]!;
    const shared = Math.min(length, size[piece]!);
    for (let i = 0; i < shared; i++) {
      const difference = bytes[from + i]! - haystack[q + i]!;
      if (difference !== 0) return difference;
    }
    return size[piece]! < length ? -1 : 0;
  }
}
