/**
 * Where everything stands in the kernel's linear memory, in bytes. Read by TypeScript, which fills the
 * tables, and compiled into the AssemblyScript, which reads them: one file, so they cannot disagree.
 * Every part is 16-byte aligned. The gram bitmap and the keyword entries have no fixed size and follow.
 */

/** Most bytes one scan takes: `BLOCK` of the contract. */
export const BLOCK_SIZE = 16384;
/** A keyword is compared up to this many bytes; what is longer is named by its head. */
export const KEYWORD_MAX = 32;
/** Readable bytes behind a block: a keyword that begins on its last byte, and a group that overlaps. */
export const SLACK = 256;

/** What a scan found, 32 bits each: needle hits, keyword hits, SAW_* bits. Read faster than exported globals. */
export const RESULTS_AT = 992;

/** Eight tables of 16 bytes (by low and by upper index for each of four places), two for escape openers. */
export const MASKS_AT = 1024;
export const SAW_MASKS_AT = 1152;
/** One bit per hashed 4 bytes (letters folded) of a keyword's window. */
export const WINDOW_BITS = 16;
export const WINDOWS_AT = 2048;
/** For each hash of 3 bytes the first keyword entry plus one (16 bits), 0 for none. */
export const CHAIN_BITS = 12;
export const CHAINS_AT = WINDOWS_AT + (1 << (WINDOW_BITS - 3));
/** Bit per byte of the block: the tables let a window begin here. */
export const CANDIDATES_AT = CHAINS_AT + (2 << CHAIN_BITS);
/** Positions (32 bits each) whose window is one of a keyword's, by its hash. */
export const POSITIONS_AT = CANDIDATES_AT + ((BLOCK_SIZE + SLACK) >> 3);
/** Bit per byte of the block: a keyword begins here. All zero between scans. */
export const STARTS_AT = POSITIONS_AT + ((BLOCK_SIZE + SLACK) << 2);
/** Haystack positions (32 bits each), one per probe at most. */
export const NEEDLE_HITS_AT = STARTS_AT + ((BLOCK_SIZE + SLACK) >> 3);
/** Haystack positions (32 bits each), one per byte at most. */
export const KEYWORD_HITS_AT = NEEDLE_HITS_AT + BLOCK_SIZE;
/** Bytes ahead of a block: the window around a probe may begin so far before it. */
export const LEAD = 16;
export const BLOCK_AT = KEYWORD_HITS_AT + ((BLOCK_SIZE + SLACK) << 2) + LEAD;
/** The bitmap of `KernelTables.grams`; behind it that of the needles' windows, then the keywords' tags and entries. */
export const GRAMS_AT = BLOCK_AT + BLOCK_SIZE + SLACK;

/**
 * A keyword's tag, apart from its entry so that all tags stay in the first-level cache: the folded window (u32),
 * the next in its chain plus one (u16), bits of the window that do not count (u16: 8 for a keyword of 3 bytes).
 */
export const TAG_SIZE = 8;
/** A keyword entry: two bytes unused, window offset (u16), length (u16), then two vectors each. */
export const ENTRY_SIZE = 80;
export const ENTRY_OR_AT = 16;
export const ENTRY_VALUE_AT = 48;
