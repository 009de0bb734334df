import type { Keyword } from './detectors/detector.ts';
import { LOWER } from './kernel/kernel.ts';

/** Bytes that the table tells keywords by. */
export const HEAD = 3;

export const NO_KEYWORDS: readonly number[] = [];

/** From three bytes to keywords: open addressing, half full at most. A Map takes twice the time of such a look. */
export class HeadTable {
  readonly #keys: Int32Array;
  readonly #lists: (readonly number[])[];
  readonly #mask: number;

  constructor(keywords: readonly Keyword[]) {
    const groups = grouped(keywords, ({ bytes }) => headOf(bytes, 0));
    const size = 2 ** Math.ceil(Math.log2(2 * groups.size + 2));
    this.#mask = size - 1;
    this.#keys = new Int32Array(size).fill(-1);
    this.#lists = new Array(size).fill(NO_KEYWORDS);
    for (const [head, group] of groups) {
      const at = this.#slot(head);
      this.#keys[at] = head;
      this.#lists[at] = group;
    }
  }

  /** The keywords whose first three bytes stand at `at`, whatever their case. */
  at(haystack: Uint8Array, at: number): readonly number[] {
    return this.#lists[this.#slot(headOf(haystack, at))]!;
  }

  #slot(head: number): number {
    let at = (Math.imul(head, 0x9e3779b1) >>> 8) & this.#mask;
    while (this.#keys[at] !== -1 && this.#keys[at] !== head) at = (at + 1) & this.#mask;
    return at;
  }
}

/** The keywords' numbers by what `keyOf` makes of them. */
export function grouped(
  keywords: readonly Keyword[],
  keyOf: (keyword: Keyword) => number,
): Map<number, readonly number[]> {
  const groups = new Map<number, number[]>();
  keywords.forEach((keyword, index) => {
    const key = keyOf(keyword);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  });
  return groups;
}

function headOf(bytes: Uint8Array, at: number): number {
  let head = 0;
  for (let i = 0; i < HEAD; i++) head = (head << 8) | LOWER[bytes[at + i]!]!;
  return head;
}
