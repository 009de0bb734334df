import { setBit, word } from './bits.ts';
import { jointsOf } from './joints.ts';
import { gramHash, windowHash } from './kernel/kernel.ts';
import { sortPieces } from './sort-pieces.ts';
import type { Needle } from './variants/variant.ts';

/** Bytes in a needle's window: 4-byte grams at 5 phases. */
export const WINDOW = 8;
/**
 * Longest piece that is compared as one: a longer needle is tiled into pieces of this size that match
 * alone, so that the carry is bounded and a value cut by a logger is still taken out piece by piece.
 */
export const PIECE = 256;
/** A piece of a long value with fewer different bytes is padding: alone it would blank every run of zeros. */
const FEWEST_BYTES = 4;
/** 1 MiB: more falls out of the caches, and what passes is compared in any case. */
const MAX_WINDOW_BITS = 23;
/** Windows tried per piece, evenly spaced, to find one that few other pieces share. */
const WINDOW_CHOICES = 16;

/** Plain arrays (transferable) that hold every piece of every needle, and how to find them. */
export interface NeedleTables {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly offset: Uint32Array<ArrayBuffer>;
  readonly size: Uint16Array<ArrayBuffer>;
  readonly secret: Uint32Array<ArrayBuffer>;
  readonly variant: Uint8Array<ArrayBuffer>;
  /** Where the piece's window begins, relative to the piece. */
  readonly window: Uint16Array<ArrayBuffer>;
  /** Hash table over windows: head of chain, next in chain (-1 ends), full hash. */
  readonly head: Int32Array<ArrayBuffer>;
  readonly next: Int32Array<ArrayBuffer>;
  readonly hash: Uint32Array<ArrayBuffer>;
  /** Piece numbers in byte order, for prefixes; empty where they are to be sorted when first asked for. */
  readonly order: Uint32Array<ArrayBuffer>;
  /** One bit per first byte pair of a piece, and per hashed first gram. */
  readonly pairs: Uint32Array<ArrayBuffer>;
  readonly heads: Uint32Array<ArrayBuffer>;
  readonly headBits: number;
  /** 1 for each byte that a piece begins with. */
  readonly firsts: Uint8Array<ArrayBuffer>;
  /** One bit per pair of neighbours in any piece; empty where they are to be noted when they are worth it. */
  readonly joints: Uint32Array<ArrayBuffer>;
  readonly grams: Uint32Array<ArrayBuffer>;
  readonly gramBits: number;
  readonly windows: Uint32Array<ArrayBuffer>;
  readonly windowBits: number;
  readonly longest: number;
}

/**
 * Compiles needles (each at least 8 bytes) into tables; linear in their bytes but for pieces that begin
 * alike. A needle's bytes are copied before the next one is asked for: a generator may overwrite them then.
 * @param sorted false: `order` and `joints` are left for who needs them
 */
export function buildNeedleTables(needles: Iterable<Needle>, sorted = true): NeedleTables {
  const pieces = new Pieces();
  for (const needle of needles) pieces.cut(needle);
  const { count } = pieces;
  const tableBits = Math.max(4, Math.ceil(Math.log2(count * 2 + 1)));
  const gramBits = gramBitsOf(count * 5);
  const windowBits = Math.min(MAX_WINDOW_BITS, Math.max(10, Math.ceil(Math.log2(count * 64 + 1))));
  const headBits = Math.min(23, Math.max(10, Math.ceil(Math.log2(count * 64 + 1))));
  const gathered = pieces.take();
  const tables: NeedleTables = {
    ...gathered,
    window: new Uint16Array(count),
    head: new Int32Array(2 ** tableBits).fill(-1),
    next: new Int32Array(count),
    hash: new Uint32Array(count),
    order: sorted ? sortPieces(gathered) : new Uint32Array(0),
    pairs: new Uint32Array(65536 / 32),
    heads: new Uint32Array(2 ** headBits / 32),
    headBits,
    firsts: new Uint8Array(256),
    joints: sorted ? jointsOf(gathered) : new Uint32Array(0),
    grams: new Uint32Array(2 ** gramBits / 32),
    gramBits,
    windows: new Uint32Array(2 ** windowBits / 32),
    windowBits,
  };
  // Pieces per slot of the hash table so far.
  const uses = new Uint16Array(2 ** tableBits);
  for (let piece = 0; piece < count; piece++) enter(tables, piece, uses);
  return tables;
}

/**
 * log2 of the bitmap's bits: 48 a gram as long as 2 MiB hold them, for a set bit costs as much as ten probes;
 * where that falls out of the caches, 24 have to do.
 */
function gramBitsOf(grams: number): number {
  const wide = Math.min(24, Math.ceil(Math.log2(grams * 48 + 1)));
  return Math.min(27, Math.max(15, wide, Math.ceil(Math.log2(grams * 24 + 1))));
}

/** The pieces of all needles, in arrays that double: no object a piece, of which there may be a million. */
class Pieces {
  count = 0;
  #bytes = new Uint8Array(16 * 1024);
  #size = new Uint16Array(256);
  #secret = new Uint32Array(256);
  #variant = new Uint8Array(256);
  #used = 0;
  #longest = 0;

  cut(needle: Needle): void {
    const { length } = needle.bytes;
    if (length <= PIECE) {
      this.#add(needle, 0, length);
      return;
    }
    const before = this.count;
    for (const from of tiles(length)) {
      if (!isMonotone(needle.bytes, from)) this.#add(needle, from, PIECE);
    }
    // A value of nothing but padding is sought as that.
    if (this.count === before) for (const from of tiles(length)) this.#add(needle, from, PIECE);
  }

  #add({ bytes, secret, variant }: Needle, from: number, size: number): void {
    const piece = this.count++;
    if (piece === this.#size.length) {
      this.#size = grow(this.#size, new Uint16Array(piece * 2));
      this.#secret = grow(this.#secret, new Uint32Array(piece * 2));
      this.#variant = grow(this.#variant, new Uint8Array(piece * 2));
    }
    if (this.#used + size > this.#bytes.length) {
      this.#bytes = grow(this.#bytes, new Uint8Array((this.#used + size) * 2));
    }
    this.#bytes.set(size === bytes.length ? bytes : bytes.subarray(from, from + size), this.#used);
    this.#used += size;
    this.#size[piece] = size;
    this.#secret[piece] = secret;
    this.#variant[piece] = variant;
    this.#longest = Math.max(this.#longest, size);
  }

  /** What was gathered, in arrays of its exact size; the larger ones are overwritten. */
  take() {
    const { count } = this;
    const offset = new Uint32Array(count);
    for (let piece = 1; piece < count; piece++) offset[piece] = offset[piece - 1]! + this.#size[piece - 1]!;
    const bytes = this.#bytes.slice(0, this.#used);
    this.#bytes.fill(0);
    return {
      bytes,
      offset,
      size: this.#size.slice(0, count),
      secret: this.#secret.slice(0, count),
      variant: this.#variant.slice(0, count),
      longest: this.#longest,
    };
  }
}

/** Where the pieces of a needle longer than PIECE begin; the last one ends with it. */
function* tiles(length: number): Generator<number> {
  for (let from = 0; from + PIECE < length; from += PIECE) yield from;
  yield length - PIECE;
}

function isMonotone(bytes: Uint8Array, from: number): boolean {
  const seen: number[] = [];
  for (let i = from; i < from + PIECE; i++) {
    if (seen.includes(bytes[i]!)) continue;
    if (seen.push(bytes[i]!) === FEWEST_BYTES) return false;
  }
  return true;
}

/** The larger array with the smaller one's content, which is overwritten. */
function grow<Cells extends Uint8Array | Uint16Array | Uint32Array>(from: Cells, to: Cells): Cells {
  to.set(from);
  from.fill(0);
  return to;
}

function enter(tables: NeedleTables, piece: number, uses: Uint16Array): void {
  const { bytes, grams, gramBits, head } = tables;
  const start = tables.offset[piece]!;
  const window = chooseWindow(bytes, start, tables.size[piece]!, uses);
  tables.window[piece] = window;
  const at = start + window;
  for (let phase = 0; phase < 5; phase++) setBit(grams, gramHash(word(bytes, at + phase), gramBits));
  const hash = windowHash(word(bytes, at), word(bytes, at + 4));
  setBit(tables.windows, hash & (2 ** tables.windowBits - 1));
  const slot = hash & (head.length - 1);
  uses[slot]!++;
  tables.hash[piece] = hash;
  tables.next[piece] = head[slot]!;
  head[slot] = piece;
  setBit(tables.pairs, bytes[start]! | (bytes[start + 1]! << 8));
  tables.firsts[bytes[start]!] = 1;
  setBit(tables.heads, gramHash(word(bytes, start), tables.headBits));
}

/** The window with the fewest sharers and the most distinct bytes: long runs and common text make false candidates. */
function chooseWindow(bytes: Uint8Array, start: number, size: number, uses: Uint16Array): number {
  const room = size - WINDOW;
  const choices = Math.min(room + 1, WINDOW_CHOICES);
  let best = 0;
  let bestCost = Number.POSITIVE_INFINITY;
  for (let i = 0; i < choices && bestCost > 0; i++) {
    const window = choices === 1 ? 0 : Math.floor((i * room) / (choices - 1));
    const at = start + window;
    const slot = windowHash(word(bytes, at), word(bytes, at + 4)) & (uses.length - 1);
    let cost = uses[slot]! * 8;
    for (let k = 0; k < WINDOW && cost < bestCost; k++) {
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
