import { countBits, lowestBit, withWords } from './bits.ts';

const LF = 10;

/**
 * Where the lines of a haystack end, as the kernel saw it on its way: a bit for each byte. What it did not scan is
 * looked at byte by byte, each once while the questions come from the same line.
 */
export class LineEnds {
  #words: Uint32Array = new Uint32Array(0);
  /** The words tell of `[#from, #to)`. */
  #from = 0;
  #to = 0;
  /** How many lines end there. */
  #lines = 0;
  /** Of the last question: no line ends in `[#askedFrom, #askedTo)`; one does at `#askedTo` if `#ended`. */
  #askedFrom = 0;
  #askedTo = -1;
  #ended = false;

  /** Other bytes from now on; the next block begins at `from`. */
  clear(from: number): void {
    this.#from = from;
    this.#to = from;
    this.#lines = 0;
    this.#askedTo = -1;
  }

  /** Takes the bits of the next `count` bytes, whole words but for the last block, and how many lines end there. */
  append(words: Uint32Array, lines: number, count: number): void {
    const at = (this.#to - this.#from) >>> 5;
    this.#words = withWords(this.#words, at, words, (count + 31) >>> 5);
    this.#to += count;
    this.#lines += lines;
  }

  /** Where the line that `at` stands in ends, `limit` at most. */
  endAt(haystack: Uint8Array, at: number, limit: number): number {
    if (at < this.#askedFrom || at > this.#askedTo) {
      this.#askedFrom = at;
      this.#askedTo = at;
      this.#ended = false;
    }
    if (!this.#ended && this.#askedTo < limit) this.#look(haystack, limit);
    return Math.min(this.#askedTo, limit);
  }

  /** How many lines end in `[from, to)`, which holds nearly all that the kernel saw, and little else. */
  count(haystack: Uint8Array, from: number, to: number): number {
    const low = Math.min(Math.max(from, this.#from), this.#to);
    const high = Math.min(Math.max(to, low), this.#to);
    const known = this.#lines - this.#countBits(this.#from, low) - this.#countBits(high, this.#to);
    return countIn(haystack, from, Math.min(low, to)) + known + countIn(haystack, Math.max(high, from), to);
  }

  #look(haystack: Uint8Array, limit: number): void {
    let to = firstIn(haystack, this.#askedTo, Math.min(limit, this.#from));
    if (to >= this.#from && to < this.#to) to = this.#next(to, Math.min(limit, this.#to));
    to = firstIn(haystack, to, limit);
    this.#ended = to < limit;
    this.#askedTo = to;
  }

  /** The first line end in `[at, limit)`, all of it known; `limit` if there is none. */
  #next(at: number, limit: number): number {
    const last = (limit - this.#from - 1) >>> 5;
    let index = (at - this.#from) >>> 5;
    let word = this.#words[index]! & (-1 << ((at - this.#from) & 31));
    while (word === 0 && index < last) word = this.#words[++index]!;
    if (word === 0) return limit;
    return Math.min(limit, this.#from + (index << 5) + lowestBit(word));
  }

  #countBits(from: number, to: number): number {
    if (from >= to) return 0;
    const [first, last] = [(from - this.#from) >>> 5, (to - this.#from - 1) >>> 5];
    const ahead = -1 << ((from - this.#from) & 31);
    const behind = -1 >>> (31 - ((to - this.#from - 1) & 31));
    if (first === last) return countBits(this.#words[first]! & ahead & behind);
    let count = countBits(this.#words[first]! & ahead) + countBits(this.#words[last]! & behind);
    for (let index = first + 1; index < last; index++) count += countBits(this.#words[index]!);
    return count;
  }
}

/** The first line end in `[from, limit)`, byte by byte; `limit` if there is none, `from` if that is behind it. */
function firstIn(haystack: Uint8Array, from: number, limit: number): number {
  let at = from;
  while (at < limit && haystack[at] !== LF) at++;
  return at;
}

function countIn(haystack: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) if (haystack[at] === LF) count++;
  return count;
}
