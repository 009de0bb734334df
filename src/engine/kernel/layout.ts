/**
 * Where everything stands in the kernel's linear memory, in bytes. Read by TypeScript, which fills the
 * tables, and compiled into the AssemblyScript, which reads them: one file, so they cannot disagree.
 * Every part is 16-byte aligned. The keyword entries and the gram bitmap have no fixed size and follow.
 */

/** Most bytes one scan takes: `BLOCK` of the contract. */
export const BLOCK_SIZE = 16384;
/** A keyword is compared up to this many bytes; what is longer is named by its head. */
export const KEYWORD_MAX = 32;
/** Readable bytes behind a block: a keyword that begins on its last byte, a group of vectors that overlaps. */
export const SLACK = 256;

/** Six nibble tables of 16 bytes (low, high for each of three places), then two for the escape openers. */
export const MASKS_AT = 1024;
export const SAW_MASKS_AT = 1120;
/** One bit per hashed 4 bytes (letters folded) of a keyword's window: 8 KiB. */
export const WINDOW_BITS = 16;
export const WINDOWS_AT = 2048;
/** For each of 2^12 hashes the first keyword entry plus one (16 bits), 0 for none. */
export const CHAIN_BITS = 12;
export const CHAINS_AT = 10240;
/** Bit per byte of the block: the nibble masks let a window begin here. */
export const CANDIDATES_AT = 18432;
/** Positions (32 bits each) of those bits, then of those that pass the hash. */
export const POSITIONS_AT = 20992;
/** Bit per byte of the block: a keyword begins here. All zero between scans. */
export const STARTS_AT = 88064;
export const NEEDLE_HITS_AT = 90624;
export const KEYWORD_HITS_AT = 104448;
export const BLOCK_AT = 170496;
export const ENTRIES_AT = 187392;

/** A keyword entry: next in chain plus one (u16), window offset (u16), length (u16), then two vectors each. */
export const ENTRY_SIZE = 80;
export const ENTRY_OR_AT = 16;
export const ENTRY_VALUE_AT = 48;
