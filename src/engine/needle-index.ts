import { hasBit, word } from './bits.ts';
import { Joints } from './joints.ts';
import { gramHash, windowHash } from './kernel/kernel.ts';
import type { Around, NearMisses } from './near.ts';
import { type NeedleTables, WINDOW } from './needle-tables.ts';
import { sortPieces } from './sort-pieces.ts';
import type { SpanList } from './span-list.ts';
import { NEAR_TAIL, NO_VARIANT } from './spelling.ts';

/** Stands in for the tables of a wiped index: whatever is read of it is no array, so nothing is passed over unseen. */
const WIPED = Object.freeze({});

/** A piece that wakes `NearMisses`, and is no finding itself. */
function isNearWindow(variant: number): boolean {
  return variant >= NEAR_TAIL && variant < NO_VARIANT;
}

/** Compares candidates with the needles, and says which end of the haystack may begin one. */
export class NeedleIndex {
  readonly tables: NeedleTables;
  /** Bytes compared by `verify` so far: a work counter for tests of linearity. */
  compared = 0;
  readonly #near: NearMisses | null;
  #order: Uint32Array | null = null;
  readonly #joints: Joints;

  /** @param near decides what the windows of near misses wake; null when the tables hold none */
  constructor(tables: NeedleTables, near: NearMisses | null) {
    this.tables = tables;
    this.#near = near;
    this.#joints = new Joints(() => this.tables, tables.joints);
  }

  /** Overwrites the needles' bytes and what was counted from them. The index is useless after: any use of it throws. */
  wipe(): void {
    const { bytes, hash, grams, windows, heads, pairs, firsts } = this.tables;
    for (const cells of [bytes, hash, grams, windows, heads, pairs, firsts]) cells?.fill(0);
    this.#joints.wipe();
    (this as { tables: object }).tables = WIPED;
  }

  /**
   * Pushes the span of every needle whose window begins at `at`. Occurrences lie inside `[from, end)`; one that the
   * data's end cuts is `partialStart`'s matter.
   */
  verify(haystack: Uint8Array, at: number, around: Around, spans: SpanList): void {
    const { head, next, hash, window, size } = this.tables;
    const { from, end } = around;
    if (at < from || at + WINDOW > end) return;
    const wanted = windowHash(word(haystack, at), word(haystack, at + 4));
    for (let piece = head[wanted & (head.length - 1)]!; piece !== -1; piece = next[piece]!) {
      if (hash[piece] !== wanted) continue;
      const start = at - window[piece]!;
      if (start < from || start + size[piece]! > end) continue;
      if (this.#equals(haystack, start, piece)) this.#found(haystack, start, piece, around, spans);
    }
  }

  #found(haystack: Uint8Array, start: number, piece: number, around: Around, spans: SpanList): void {
    const secret = this.tables.secret[piece]!;
    const variant = this.tables.variant[piece]!;
    if (isNearWindow(variant)) {
      around.secret = secret;
      this.#near!.check(haystack, start, variant, around, spans);
    } else {
      spans.push(start, start + this.tables.size[piece]!, secret, around.view * 64 + variant);
    }
  }

  #equals(haystack: Uint8Array, start: number, piece: number): boolean {
    const length = this.tables.size[piece]!;
    const shared = this.#shared(piece, haystack, start, length);
    this.compared += shared;
    return shared === length;
  }

  /** The first position from which the rest of the haystack begins a needle without ending it; `end` if none. */
  partialStart(haystack: Uint8Array, from: number, end: number): number {
    const { pairs, heads, headBits, longest, firsts } = this.tables;
    const first = this.#joints.backOver(haystack, Math.max(from, end - longest + 1), end);
    for (let q = first; q < end - 3; q++) {
      const bit = gramHash(word(haystack, q), headBits);
      if (hasBit(heads, bit) && this.startsWith(haystack, q, end) !== -1) return q;
    }
    for (let q = Math.max(first, end - 3); q < end - 1; q++) {
      const pair = haystack[q]! | (haystack[q + 1]! << 8);
      if (hasBit(pairs, pair) && this.startsWith(haystack, q, end) !== -1) return q;
    }
    return firsts[haystack[end - 1]!] === 1 && first < end && this.startsWith(haystack, end - 1, end) !== -1
      ? end - 1
      : end;
  }

  /** Whether `haystack[q, end)` begins a piece, or is one. */
  begins(haystack: Uint8Array, q: number, end: number): boolean {
    const order = this.#sorted();
    const at = this.#firstFrom(order, haystack, q, end - q);
    return at < order.length && this.#compare(order[at]!, haystack, q, end - q) === 0;
  }

  /** A piece longer than `haystack[q, end)` that begins with it, or -1. */
  startsWith(haystack: Uint8Array, q: number, end: number): number {
    const { size } = this.tables;
    const order = this.#sorted();
    const length = end - q;
    // All pieces with this prefix stand together in the order; the first may equal the prefix itself.
    for (let at = this.#firstFrom(order, haystack, q, length); at < order.length; at++) {
      const piece = order[at]!;
      if (this.#compare(piece, haystack, q, length) !== 0) return -1;
      if (size[piece]! > length) return piece;
    }
    return -1;
  }

  /** The longest piece that `haystack[q, end)` begins with, windows of near misses left aside; -1 if there is none. */
  longestAt(haystack: Uint8Array, q: number, end: number): number {
    const order = this.#sorted();
    const { size, variant } = this.tables;
    for (let length = end - q; length >= WINDOW; length--) {
      // Shorter pieces that the text begins with stand ahead of `at`, and begin the last piece there, too.
      const at = this.#firstFrom(order, haystack, q, length);
      for (let next = at; next < order.length && size[order[next]!] === length; next++) {
        const piece = order[next]!;
        if (this.#compare(piece, haystack, q, length) !== 0) break;
        if (!isNearWindow(variant[piece]!)) return piece;
      }
      if (at === 0) return -1;
      length = Math.min(length, this.#shared(order[at - 1]!, haystack, q, length) + 1);
    }
    return -1;
  }

  /** How many bytes a piece begins with that `haystack[q, q + length)` begins with, too. */
  #shared(piece: number, haystack: Uint8Array, q: number, length: number): number {
    const { bytes, offset, size } = this.tables;
    const from = offset[piece]!;
    const most = Math.min(length, size[piece]!);
    let i = 0;
    while (i < most && haystack[q + i] === bytes[from + i]) i++;
    return i;
  }

  /** Where in the order the first piece stands that is not less than `haystack[q, q + length)`, or begins with it. */
  #firstFrom(order: Uint32Array, haystack: Uint8Array, q: number, length: number): number {
    let low = 0;
    let high = order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(order[middle]!, haystack, q, length) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #sorted(): Uint32Array {
    const { order, size } = this.tables;
    if (order.length === size.length) return order;
    this.#order ??= sortPieces(this.tables);
    return this.#order;
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
