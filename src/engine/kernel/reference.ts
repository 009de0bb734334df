import { hasBit, setBit, word } from '../bits.ts';
import {
  BLOCK,
  gramHash,
  type Kernel,
  type KernelTables,
  LOWER,
  PROBE_STRIDE,
  SEVERAL,
  TRIGGERS,
  windowHash,
} from './kernel.ts';

/** log2 of the bits that hold the hashed first three bytes of the keywords: 8 KiB, it stays in L1. */
const KEYWORD_BITS = 16;
const KEYWORD_HEAD = 3;
const LF = 10;

/**
 * The kernel in plain TypeScript: the oracle for the WebAssembly one, and what runs where that cannot.
 * Needles: one hashed gram per PROBE_STRIDE bytes against a bitmap. Keywords: at every byte the hash of
 * three lower-cased bytes against a small bitmap.
 */
export function createReferenceKernel(tables: KernelTables): Kernel {
  const heads = new Uint32Array(2 ** KEYWORD_BITS / 32);
  for (const keyword of tables.keywords) {
    let head = 0;
    for (let i = 0; i < KEYWORD_HEAD; i++) head = (head << 8) | LOWER[keyword.bytes[i]!]!;
    const bit = headHash(head);
    heads[bit >>> 5]! |= 1 << (bit & 31);
  }
  return new ReferenceKernel(tables, heads);
}

function headHash(head: number): number {
  return Math.imul(head, 0x9e3779b1) >>> (32 - KEYWORD_BITS);
}

class ReferenceKernel implements Kernel {
  readonly name = 'reference';
  readonly windowHits = new Uint32Array(BLOCK + PROBE_STRIDE);
  readonly keywordHits = new Uint32Array(BLOCK);
  readonly keywordNumbers = new Uint16Array(BLOCK).fill(SEVERAL);
  readonly openers = new Uint32Array(BLOCK / 32);
  readonly busy = new Uint32Array(BLOCK / 1024);
  readonly lineEnds = new Uint32Array(BLOCK / 32);
  windowCount = 0;
  keywordCount = 0;
  seen = 0;
  lineCount = 0;
  readonly #grams: Uint32Array;
  readonly #gramBits: number;
  readonly #windows: Uint32Array;
  readonly #windowMask: number;
  readonly #heads: Uint32Array;
  readonly #hasKeywords: boolean;

  constructor(tables: KernelTables, heads: Uint32Array) {
    this.#grams = tables.grams;
    this.#gramBits = tables.gramBits;
    this.#windows = tables.windows;
    this.#windowMask = 2 ** tables.windowBits - 1;
    this.#heads = heads;
    this.#hasKeywords = tables.keywords.length > 0;
  }

  scan(haystack: Uint8Array, from: number, to: number, end: number): void {
    this.#probeNeedles(haystack, from, Math.min(to, end - 3), end);
    this.#findKeywords(haystack, from, to, end);
    this.#findMarks(haystack, from, to);
  }

  #probeNeedles(haystack: Uint8Array, from: number, last: number, end: number): void {
    const grams = this.#grams;
    const bits = this.#gramBits;
    this.windowCount = 0;
    for (let p = from; p < last; p += PROBE_STRIDE) {
      const bit = gramHash(word(haystack, p), bits);
      if (hasBit(grams, bit)) this.#listAround(haystack, p, end);
    }
  }

  /** Lists the windows that may stand round the gram at `p`. */
  #listAround(haystack: Uint8Array, p: number, end: number): void {
    const last = Math.min(p, end - 8);
    for (let at = Math.max(0, p - PROBE_STRIDE + 1); at <= last; at++) {
      const bit = windowHash(word(haystack, at), word(haystack, at + 4)) & this.#windowMask;
      if (hasBit(this.#windows, bit)) this.windowHits[this.windowCount++] = at;
    }
  }

  #findKeywords(haystack: Uint8Array, from: number, to: number, end: number): void {
    const heads = this.#heads;
    const hits = this.keywordHits;
    const last = Math.min(to, end - (KEYWORD_HEAD - 1));
    let count = 0;
    let head = 0;
    for (let i = from; i < Math.min(from + KEYWORD_HEAD - 1, end); i++)
      head = (head << 8) | LOWER[haystack[i]!]!;
    for (let p = from; p < last; p++) {
      head = ((head << 8) | LOWER[haystack[p + KEYWORD_HEAD - 1]!]!) & 0xffffff;
      const bit = headHash(head);
      if (hasBit(heads, bit)) hits[count++] = p;
    }
    this.keywordCount = this.#hasKeywords ? count : 0;
  }

  #findMarks(haystack: Uint8Array, from: number, to: number): void {
    for (const bits of [this.openers, this.busy, this.lineEnds]) bits.fill(0);
    this.seen = 0;
    this.lineCount = 0;
    for (let p = from; p < to; p++) {
      const byte = haystack[p]!;
      const trigger = TRIGGERS[byte]!;
      if (byte === LF) {
        setBit(this.lineEnds, p - from);
        this.lineCount++;
      }
      if (trigger === 0) continue;
      this.seen |= trigger;
      setBit(this.openers, p - from);
      setBit(this.busy, (p - from) >>> 5);
    }
  }
}
