import { SAW_AMPERSAND, SAW_BACKSLASH, SAW_ESC, SAW_PERCENT } from './layout.ts';

export {
  BLOCK_SIZE as BLOCK,
  KEYWORD_MAX,
  SAW_AMPERSAND,
  SAW_BACKSLASH,
  SAW_ESC,
  SAW_PERCENT,
  SEVERAL,
} from './layout.ts';

/** What a kernel needs to know; built once per matcher, shared by every kernel. */
export interface KernelTables {
  /**
   * One bit per hashed 4-byte gram of a needle's window: bit `gramHash(bytes[p..p+4), gramBits)`.
   * Every needle has a window of 8 bytes whose 5 grams are all set, so that one probe per
   * PROBE_STRIDE bytes meets every occurrence.
   */
  readonly grams: Uint32Array;
  /** log2 of the number of bits in `grams`. */
  readonly gramBits: number;
  /** One bit per hashed window of a needle: the lowest `windowBits` bits of `windowHash`. */
  readonly windows: Uint32Array;
  readonly windowBits: number;
  /** The keywords of all detectors. Each has at least 3 bytes. */
  readonly keywords: readonly Keyword[];
}

/** Literal bytes that wake a detector. */
export interface Keyword {
  readonly bytes: Uint8Array;
  /** ASCII letters match in either case; `bytes` is then in lower case. */
  readonly fold: boolean;
  /**
   * 256 bits in 32 bytes, 1 for each byte that may stand behind it in a finding: where another does it may be passed
   * over. Null or left out: any, or the data's end.
   */
  readonly followers?: Uint8Array | null;
  /** Where its window begins, as `chooseWindows` has chosen before; left out: it is chosen. */
  readonly window?: number;
  /** What `idOf` makes of it, where that is known. */
  readonly id?: string;
}

/** Whether the set of `Keyword.followers` has a byte. */
export function hasBit(bits: Uint8Array, byte: number): boolean {
  return ((bits[byte >>> 3]! >>> (byte & 7)) & 1) === 1;
}

/** ASCII letters to lower case, every other byte to itself. */
export const LOWER = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 65 && byte <= 90 ? byte + 32 : byte,
);

/** SAW_* bit of each byte that may open an escape, 0 for the others. */
export const TRIGGERS = new Uint8Array(256);
TRIGGERS[0x5c] = SAW_BACKSLASH;
TRIGGERS[0x1b] = SAW_ESC;
TRIGGERS[0x25] = SAW_PERCENT;
TRIGGERS[0x26] = SAW_AMPERSAND;

/** Bytes between two probes: a window of 8 bytes holds 5 grams, of which one is probed. */
export const PROBE_STRIDE = 5;

/**
 * Finds candidates for many literals at once. It may name a place where nothing matches; it may never
 * pass over one where something does. Results stand in its own arrays until the next call.
 */
export interface Kernel {
  readonly name: 'reference' | 'wasm';
  /** Positions (ascending) where a needle's window may begin: its hash is set, and the gram that was probed in it. */
  readonly windowHits: Uint32Array;
  windowCount: number;
  /** Positions (ascending) where a keyword may begin; more than once where several may. */
  readonly keywordHits: Uint32Array;
  /**
   * For each of them the keyword whose first KEYWORD_MAX bytes, or all of them, stand there, by its place in the tables,
   * ascending too; or SEVERAL: any may.
   */
  readonly keywordNumbers: Uint16Array;
  keywordCount: number;
  /** SAW_* bits of the bytes in `[from, to)`. */
  seen: number;
  /** A bit for each of those bytes, the lowest for the one at `from`: it opens an escape. Bits behind `to` say nothing. */
  readonly openers: Uint32Array;
  /** A bit for each word of those, 1 where it is not zero. */
  readonly busy: Uint32Array;
  /** As `openers`: it ends a line. And how many do. */
  readonly lineEnds: Uint32Array;
  lineCount: number;
  /**
   * Names the candidates of `[from, to)`, at most BLOCK bytes: keywords that begin there, and windows a probe there
   * stands in, which may begin up to 4 bytes ahead of it; bytes up to `end` may be read.
   * Probes stand at from, from + PROBE_STRIDE, ...; any phase meets every needle, and a caller that
   * continues at `to` loses none, because an occurrence that crosses `to` holds a probe on one side.
   */
  scan(haystack: Uint8Array, from: number, to: number, end: number): void;
}

/** The hash that fills and probes `KernelTables.grams`: `gram` is 4 bytes, little-endian. */
export function gramHash(gram: number, bits: number): number {
  return Math.imul(gram, 0x9e3779b1) >>> (32 - bits);
}

/** Hash of a window's 8 bytes, given as two words; it fills `KernelTables.windows`. */
export function windowHash(low: number, high: number): number {
  let hash = Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  return (hash ^ (hash >>> 13)) >>> 0;
}
