import type { Keyword, Place } from './detectors/detector.ts';

/**
 * What a place asks of a keyword, 32 bits each in one cache line: in a flood of keywords the time goes into fetching
 * what each needs. Its size, the most bytes that its detectors look back from it, where its two lists begin and the
 * second ends, and its followers.
 */
const ROW = 16;
const SIZE = 0;
const BEFORE = 1;
const LISTS = 2;
const FOLLOWERS = 8;

/** What is asked of keywords one by one, by their numbers. */
export class KeywordRows {
  readonly #cells: Int32Array;

  /**
   * @param before the most bytes that the detectors of each keyword look back from it
   * @param lists where each keyword's two lists begin, one behind the other, and the last one ends
   */
  constructor(keywords: readonly Keyword[], before: readonly number[], lists: Uint32Array) {
    const rows = new Int32Array(keywords.length * ROW).fill(-1);
    keywords.forEach(({ bytes, followers }, index) => {
      const row = index * ROW;
      rows[row + SIZE] = bytes.length;
      rows[row + BEFORE] = before[index]!;
      for (let bound = 0; bound <= 2; bound++) rows[row + LISTS + bound] = lists[2 * index + bound]!;
      if (!followers) return;
      for (let word = 0; word < ROW - FOLLOWERS; word++) {
        const at = 4 * word;
        rows[row + FOLLOWERS + word] =
          followers[at]! |
          (followers[at + 1]! << 8) |
          (followers[at + 2]! << 16) |
          (followers[at + 3]! << 24);
      }
    });
    this.#cells = rows;
  }

  /** Bytes of a keyword. */
  size(index: number): number {
    return this.#cells[index * ROW + SIZE]!;
  }

  /** Where list n begins in `woken`, and where it ends. */
  listStart(list: number): number {
    return this.#cells[(list >>> 1) * ROW + LISTS + (list & 1)]!;
  }

  listEnd(list: number): number {
    return this.#cells[(list >>> 1) * ROW + LISTS + (list & 1) + 1]!;
  }

  /** The most bytes that the detectors of a keyword look back from it. */
  before(index: number): number {
    return this.#cells[index * ROW + BEFORE]!;
  }

  /** False: what stands behind the keyword is part of no finding. */
  mayFollow(index: number, haystack: Uint8Array, { keywordEnd, end }: Place): boolean {
    if (keywordEnd === end) return true;
    const byte = haystack[keywordEnd]!;
    return ((this.#cells[index * ROW + FOLLOWERS + (byte >>> 5)]! >>> (byte & 31)) & 1) === 1;
  }
}
