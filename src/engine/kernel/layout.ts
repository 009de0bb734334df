/**
 * Where everything stands in the kernel's linear memory, in bytes. Read by TypeScript, which fills the
 * tables, and compiled into the AssemblyScript, which reads them: one file, so they cannot disagree.
 * Every part is 16-byte aligned. The gram bitmap and the keyword entries have no fixed size and follow.
 */

/** Most bytes one scan takes, `BLOCK` of the contract: the hit lists are sized so that they cannot overflow. */
export const BLOCK_SIZE = 65536;
/** A keyword is compared up to this many bytes; what is longer is named by its head. */
export const KEYWORD_MAX = 32;
/** Readable bytes behind a block: a keyword that begins on its last byte, and a group that overlaps. */
export const SLACK = 256;

/** Which bytes that open an escape a block holds: the views are built only where they can matter. */
export const SAW_BACKSLASH = 1;
export const SAW_ESC = 2;
export const SAW_PERCENT = 4;
export const SAW_AMPERSAND = 8;

/** What a scan found, 32 bits each: window hits, keyword hits, SAW_* bits, line ends. Read faster than exported globals. */
export const RESULTS_AT = 992;

/**
 * Windows of keywords, by hash: `ROWS_SIZE` rows of 8 bits. With low and high the window's bytes 0, 1 and 2, 3
 * (little-endian; all but the first with the case bit set), in 16 bits: the row is the upper 15 bits of
 * low * ROW_LOW + high * ROW_HIGH, the bit the upper 3 of low * BIT_LOW + high * BIT_HIGH. The four were the best of
 * 3,000 drawn ones on logs and base64: 2.4 % of places pass, where most let 3 % through and some 5 %.
 */
export const ROWS_AT = 1024;
export const ROWS_SIZE = 32768;
export const ROW_LOW = 0x328f;
export const ROW_HIGH = 0x6d21;
export const BIT_LOW = 0x22cf;
export const BIT_HIGH = 0x0ae3;
/** Positions whose windows are looked up in one go: what is noted of them stays in the first-level cache. */
export const PART = 1024;
/** Row numbers of 16 positions: of the even ones, then of the odd ones. */
export const NUMBERS_AT = ROWS_AT + ROWS_SIZE;
/** For each position of a part the row of its window, and that window's bit. */
export const FOUND_AT = NUMBERS_AT + 32;
export const WANTED_AT = FOUND_AT + PART;
/** Positions (32 bits each) of a part whose window is one of a keyword's, by its hash; one more at the data's end. */
export const POSITIONS_AT = WANTED_AT + PART;
/** For each hash of a window (case bits set) the first keyword entry plus one (16 bits), 0 for none. */
export const CHAIN_BITS = 14;
export const CHAINS_AT = POSITIONS_AT + (PART << 2) + 16;
/** The same for keywords of 3 bytes. */
export const SHORT_BITS = 10;
export const SHORT_CHAINS_AT = CHAINS_AT + (2 << CHAIN_BITS);
/** Of `Kernel.keywordNumbers`: any of the keywords may begin there, and the position is named once. */
export const SEVERAL = 0xffff;
/** Haystack positions (32 bits each), five per probe at most; the last ones may be written and not count. */
export const WINDOW_HITS_AT = SHORT_CHAINS_AT + (2 << SHORT_BITS);
export const WINDOW_HITS_SIZE = BLOCK_SIZE + 16;
/**
 * Haystack positions (32 bits each) and the keyword that begins there (16 bits each), both in ascending order. Where
 * more begin than one per byte of the block, each position is named once, as SEVERAL.
 */
export const KEYWORD_HITS_AT = WINDOW_HITS_AT + (WINDOW_HITS_SIZE << 2);
export const KEYWORD_NUMBERS_AT = KEYWORD_HITS_AT + (BLOCK_SIZE << 2);
/** Bit per byte of the block: it opens an escape; it ends a line. */
export const OPENERS_AT = KEYWORD_NUMBERS_AT + (BLOCK_SIZE << 1);
export const LINE_ENDS_AT = OPENERS_AT + (BLOCK_SIZE >> 3);
/** Bit per word of 32 bits at OPENERS_AT: it is not zero. */
export const BUSY_AT = LINE_ENDS_AT + (BLOCK_SIZE >> 3);
/** Bytes ahead of a block: the window around a probe may begin so far before it. */
export const LEAD = 16;
export const BLOCK_AT = BUSY_AT + (BLOCK_SIZE >> 8) + LEAD;
/** The bitmap of `KernelTables.grams`; behind it that of the needles' windows, then the keywords' tags and entries. */
export const GRAMS_AT = BLOCK_AT + BLOCK_SIZE + SLACK;

/**
 * A keyword's tag, apart from its entry so that all tags stay in the second-level cache: `(window | or) == value`
 * (u32 each), the next in its chain plus one (u16), the window's offset in the keyword (u16).
 */
export const TAG_SIZE = 12;
export const TAG_OR_AT = 0;
export const TAG_VALUE_AT = 4;
export const TAG_NEXT_AT = 8;
export const TAG_OFFSET_AT = 10;
/**
 * A keyword entry: its length (u16), 14 bytes unused, two vectors each to compare with, and 256 bits for the bytes that
 * may follow it.
 */
export const ENTRY_SIZE = 112;
export const ENTRY_OR_AT = 16;
export const ENTRY_VALUE_AT = 48;
export const ENTRY_FOLLOWERS_AT = 80;
