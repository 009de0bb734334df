import { lowestBit, withWords } from '../bits.ts';
import { SAW_BACKSLASH, SAW_ESC, TRIGGERS } from '../kernel/kernel.ts';

export const SAW_ESCAPE = SAW_BACKSLASH | SAW_ESC;

/** Kinds of openers: each has a SAW_* bit, the lowest there are. */
const KINDS = 4;

/** Where the bits lead less far than this, bytes are looked at one by one: so many in a row. */
const NEAR = 8;
const ROW = 24;

/**
 * Where a haystack's escapes may open, as the kernel saw it on its way: a bit for each byte, and a bit for each word
 * of those that is not zero. What the kernel did not scan is looked at byte by byte.
 */
export class Openers {
  #words: Uint32Array = new Uint32Array(0);
  #busy: Uint32Array = new Uint32Array(0);
  /** The words tell of `[#from, #to)`. */
  #from = 0;
  #to = 0;
  /** By kind, where the last one stands ahead of `#keptTo`, of all that was told since `forget`; -1: nowhere. */
  readonly #kept = new Int32Array(KINDS).fill(-1);
  #keptTo = -1;

  /** Tells of nothing but what was kept; the next block begins at `from`. */
  clear(from: number): void {
    this.#from = from;
    this.#to = from;
  }

  /**
   * Keeps the last opener of each kind ahead of `to`, where the next scan begins: views begin ahead of that, and what
   * stands there need not be looked at for a second time. All of `bytes` ahead of `to` was told once.
   * @param seen SAW_* bits of what is told now
   */
  keep(bytes: Uint8Array, to: number, seen: number): void {
    this.#keptTo = to;
    for (let kind = 0; kind < KINDS; kind++) {
      if ((seen & (1 << kind)) === 0) continue;
      const last = this.last(bytes, this.#from, to, 1 << kind);
      if (last !== -1) this.#kept[kind] = last;
    }
  }

  /** SAW_* bits of the bytes from `from` on, ahead of what is told now; of more behind a scan that went back. */
  seenAhead(from: number): number {
    let seen = 0;
    for (let kind = 0; kind < KINDS; kind++) if (this.#kept[kind]! >= from) seen |= 1 << kind;
    return seen;
  }

  /** The bytes moved `by` to the front. */
  shift(by: number): void {
    for (let kind = 0; kind < KINDS; kind++) this.#kept[kind] = Math.max(-1, this.#kept[kind]! - by);
    this.#keptTo -= by;
  }

  /** Other bytes from now on. */
  forget(): void {
    this.#kept.fill(-1);
    this.#keptTo = -1;
  }

  /** Takes the bits of the next `count` bytes: whole words of busy ones but for the last block. */
  append(words: Uint32Array, busy: Uint32Array, count: number): void {
    const at = this.#to - this.#from;
    this.#words = withWords(this.#words, at >>> 5, words, (count + 31) >>> 5);
    this.#busy = withWords(this.#busy, at >>> 10, busy, (count + 1023) >>> 10);
    this.#to += count;
  }

  /** The first `byte` or `other` in `[from, to)` of `bytes`, each of which may open an escape; `to` if there is none. */
  next(bytes: Uint8Array, from: number, to: number, byte: number, other: number): number {
    let at = from < this.#from ? this.#behindKept(from, byte, other) : from;
    while (at < to) {
      const found = bytes[at]!;
      if (found === byte || found === other) return at;
      at++;
      if (at < this.#from || at >= this.#to) continue;
      const skipped = this.#skip(at);
      if (skipped - at >= NEAR) at = skipped;
      else
        for (const close = Math.min(to, at + ROW); at < close; at++) {
          const near = bytes[at]!;
          if (near === byte || near === other) return at;
        }
    }
    return to;
  }

  /** The last byte in `[from, to)` of `bytes` that has one of the `trigger` bits; -1 if there is none. */
  last(bytes: Uint8Array, from: number, to: number, trigger: number): number {
    let at = to - 1;
    while (at >= from) {
      if ((TRIGGERS[bytes[at]!]! & trigger) !== 0) return at;
      at--;
      if (at >= this.#from && at < this.#to) at = this.#skipBack(at);
    }
    return -1;
  }

  /** Where to look from: behind what is known to hold neither byte. */
  #behindKept(at: number, byte: number, other: number): number {
    if (this.#keptTo < this.#from) return at;
    const kinds = TRIGGERS[byte]! | TRIGGERS[other]!;
    return (this.seenAhead(at) & kinds) === 0 ? this.#from : at;
  }

  /** The first byte at or behind `at` that may open an escape, or the end of what is known. */
  #skip(at: number): number {
    const bit = at - this.#from;
    let index = bit >>> 5;
    let word = this.#words[index]! & (-1 << (bit & 31));
    if (word === 0) {
      index = this.#nextBusy(index + 1);
      if (index === -1) return this.#to;
      word = this.#words[index]!;
    }
    return Math.min(this.#to, this.#from + (index << 5) + lowestBit(word));
  }

  /** The first word at or behind `index` that is not zero; -1 if there is none. */
  #nextBusy(index: number): number {
    const last = (this.#to - this.#from - 1) >>> 5;
    let group = index >>> 5;
    let busy = this.#busy[group]! & (-1 << (index & 31));
    while (busy === 0 && ++group << 5 <= last) busy = this.#busy[group]!;
    const found = (group << 5) + lowestBit(busy);
    return busy === 0 || found > last ? -1 : found;
  }

  /** The last byte at or ahead of `at` that may open an escape, or the one ahead of what is known. */
  #skipBack(at: number): number {
    const bit = at - this.#from;
    let index = bit >>> 5;
    let word = this.#words[index]! & (-1 >>> (31 - (bit & 31)));
    while (word === 0 && index > 0) word = this.#words[--index]!;
    return word === 0 ? this.#from - 1 : this.#from + (index << 5) + 31 - Math.clz32(word);
  }
}

/** Tells of nothing: for bytes that no kernel has scanned. */
export const NO_OPENERS = new Openers();
