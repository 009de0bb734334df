import type { Detector, Keyword, Place } from './detectors/detector.ts';
import { lookOf } from './detectors/sift.ts';
import { grouped, HeadTable, LOWER, NO_KEYWORDS } from './head-table.ts';
import { TOKEN } from './near.ts';
import { eitherNeed, type Need, needOf } from './run-gate.ts';

/** Bytes of `Keyword.followers`. */
const FOLLOWERS = 32;

/** Filled by `partialStart`. */
export interface Reach {
  from: number;
}

/** From a place in the haystack to the keywords that stand there, and on to the detectors they wake. */
export class KeywordIndex {
  /** Each distinct keyword once; the kernel's table. */
  readonly keywords: readonly Keyword[];
  /**
   * The numbers of the detectors that keyword k wakes, in two lists: 2k holds those whose findings need nothing that
   * could be looked for, 2k + 1 the others. List n is `woken[wakesFrom[n] .. wakesFrom[n + 1])`.
   */
  readonly wakesFrom: Uint32Array;
  readonly woken: Uint32Array;
  readonly longest: number;
  // The keywords' bytes again, one behind the other: in a flood of keywords the time goes into fetching what
  // each needs, and objects of their own lie all over the memory.
  readonly #bytes: Uint8Array;
  readonly #bytesFrom: Uint32Array;
  readonly #folds: Uint8Array;
  /** Made when first asked for: the kernel names most keywords itself. */
  #heads: HeadTable | null = null;
  /** The most bytes that the detectors of each keyword look back from it. */
  readonly before: Uint32Array;
  /** What a finding by each detector needs, and by any of a list; null: nothing that could be looked for. */
  readonly detectorNeeds: readonly (Need | null)[];
  readonly needs: readonly (Need | null)[];
  readonly #detectors: readonly Detector[];
  /** For each list one look for all its detectors; null: each is asked itself. Made when first asked for. */
  readonly #looks: (Detector['mayFind'] | null | undefined)[];
  /** For each keyword a bit for each byte that may follow it. */
  readonly #followers: Uint8Array;
  /** Keywords by their first byte in lower case, and by their first two, for the carry. */
  readonly #byFirst: readonly (readonly number[])[];
  readonly #byPair: ReadonlyMap<number, readonly number[]>;

  constructor(detectors: readonly Detector[]) {
    const known = new Map<string, number>();
    const keywords: Keyword[] = [];
    const wakes: number[][] = [];
    detectors.forEach((detector, number) => {
      for (const keyword of detector.keywords) {
        const id = idOf(keyword);
        const index = known.get(id);
        if (index !== undefined) {
          wakes[index]!.push(number);
          keywords[index] = { ...keyword, followers: bothFollowers(keywords[index]!, keyword) };
        } else {
          known.set(id, keywords.push(keyword) - 1);
          wakes.push([number]);
        }
      }
    });
    this.keywords = keywords;
    const detectorNeeds = detectors.map(needOf);
    this.detectorNeeds = detectorNeeds;
    const lists = wakes.flatMap((numbers) => [
      numbers.filter((number) => detectorNeeds[number] === null),
      numbers.filter((number) => detectorNeeds[number] !== null),
    ]);
    this.wakesFrom = offsets(lists);
    this.woken = Uint32Array.from(lists.flat());
    const texts = keywords.map(({ bytes }) => bytes);
    this.#bytesFrom = offsets(texts);
    this.#bytes = Buffer.concat(texts);
    this.#folds = Uint8Array.from(keywords, ({ fold }) => (fold ? 1 : 0));
    this.longest = keywords.reduce((most, keyword) => Math.max(most, keyword.bytes.length), 0);
    this.#byFirst = firstBytes(keywords);
    this.#byPair = grouped(keywords, ({ bytes }) => pairOf(bytes, 0));
    this.before = Uint32Array.from(wakes, (numbers) =>
      numbers.reduce((most, number) => Math.max(most, detectors[number]!.before), 0),
    );
    this.needs = lists.map((numbers) =>
      numbers.reduce<Need | null>((need, number) => {
        const own = detectorNeeds[number]!;
        return need === null || own === null ? own : eitherNeed(need, own);
      }, null),
    );
    this.#detectors = detectors;
    this.#looks = new Array(lists.length).fill(undefined);
    this.#followers = new Uint8Array(keywords.length * FOLLOWERS).fill(0xff);
    keywords.forEach(({ followers }, index) => {
      if (followers) this.#followers.set(followers, index * FOLLOWERS);
    });
  }

  /** The keywords that may stand at `at` (their first three bytes do, whatever their case); empty for most places. */
  candidates(haystack: Uint8Array, at: number): readonly number[] {
    this.#heads ??= new HeadTable(this.keywords);
    return this.#heads.at(haystack, at);
  }

  /** Where keyword `index` ends that stands at `at` and ends at or before `end`; -1 when it does not. */
  endAt(index: number, haystack: Uint8Array, at: number, end: number): number {
    const size = this.#bytesFrom[index + 1]! - this.#bytesFrom[index]!;
    return at + size <= end && this.#agrees(index, haystack, at, size) ? at + size : -1;
  }

  /** False: what stands behind the keyword is part of no finding. */
  mayFollow(index: number, haystack: Uint8Array, { keywordEnd, end }: Place): boolean {
    if (keywordEnd === end) return true;
    const byte = haystack[keywordEnd]!;
    return ((this.#followers[index * FOLLOWERS + (byte >>> 3)]! >>> (byte & 7)) & 1) === 1;
  }

  /** False: none of the detectors of a list may find something there. */
  mayWake(list: number, haystack: Uint8Array, place: Place): boolean {
    let look = this.#looks[list];
    if (look === undefined) {
      look = this.#lookFor(list);
      this.#looks[list] = look;
    }
    return look === null || look(haystack, place);
  }

  #lookFor(list: number): Detector['mayFind'] | null {
    const numbers = this.woken.subarray(this.wakesFrom[list], this.wakesFrom[list + 1]);
    const sifts = [...numbers].flatMap((number) => this.#detectors[number]!.sift() ?? []);
    return sifts.length < numbers.length ? null : lookOf(sifts, this.keywords[list >>> 1]!);
  }

  /**
   * Sees which keywords the rest of the haystack begins without ending them.
   * @returns the first position at which one begins, `end` if none; `reach` then holds, for the detectors
   * such a keyword wakes, the first position (counted back from it, `floor` at least) that they may look at
   */
  partialStart(haystack: Uint8Array, floor: number, from: number, end: number, reach: Reach): number {
    let first = end;
    reach.from = end;
    for (let q = Math.max(from, end - this.longest + 1); q < end; q++) {
      const mayBegin =
        q + 1 < end ? this.#byPair.get(pairOf(haystack, q)) : this.#byFirst[LOWER[haystack[q]!]!];
      for (const index of mayBegin ?? NO_KEYWORDS) {
        const size = this.#bytesFrom[index + 1]! - this.#bytesFrom[index]!;
        if (size <= end - q || !this.#agrees(index, haystack, q, end - q)) continue;
        first = Math.min(first, q);
        reach.from = Math.min(reach.from, backOverToken(haystack, floor, q, this.before[index]!));
      }
    }
    return first;
  }

  #agrees(index: number, haystack: Uint8Array, at: number, length: number): boolean {
    const bytes = this.#bytes;
    const from = this.#bytesFrom[index]!;
    if (this.#folds[index] === 1) {
      for (let i = 0; i < length; i++) if (LOWER[haystack[at + i]!] !== bytes[from + i]) return false;
      return true;
    }
    for (let i = 0; i < length; i++) if (haystack[at + i] !== bytes[from + i]) return false;
    return true;
  }
}

/**
 * A secret that begins ahead of its keyword (or a mistyped value ahead of its known end) must not have left
 * when that comes: what stands there is letters, digits, `_-+/=~:@%`, backslashes, and a dot behind a letter or
 * digit, not one of a row of dots, which show progress (a test holds detectors to it). One byte of
 * look-back is a word boundary, no secret. Nothing ahead of `floor` is looked at.
 */
export function backOverToken(haystack: Uint8Array, floor: number, at: number, most: number): number {
  if (most <= 1) return at;
  const least = Math.max(floor, at - most);
  let start = at;
  while (start > least && mayBeToken(haystack, start - 1)) start--;
  return start;
}

function mayBeToken(haystack: Uint8Array, at: number): boolean {
  const byte = haystack[at]!;
  if (TOKEN[byte] === 1 || byte === 0x5c) return true;
  return byte === 0x2e && at > 0 && haystack[at - 1] !== 0x2e && TOKEN[haystack[at - 1]!] === 1;
}

function bothFollowers({ followers: one }: Keyword, { followers: other }: Keyword): Uint8Array | null {
  if (one === other) return one ?? null;
  return one && other ? one.map((bits, at) => bits | other[at]!) : null;
}

/** The same for keywords of the same bytes that fold alike. */
export function idOf({ bytes, fold }: Keyword): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
  return `${fold ? 'f' : 'e'}${text}`;
}

function pairOf(bytes: Uint8Array, at: number): number {
  return (LOWER[bytes[at]!]! << 8) | LOWER[bytes[at + 1]!]!;
}

/** Where each list begins when all stand in a row, and where the last one ends. */
function offsets(lists: readonly ArrayLike<number>[]): Uint32Array {
  const from = new Uint32Array(lists.length + 1);
  lists.forEach(({ length }, index) => {
    from[index + 1] = from[index]! + length;
  });
  return from;
}

function firstBytes(keywords: readonly Keyword[]): number[][] {
  const lists: number[][] = Array.from({ length: 256 }, () => []);
  keywords.forEach((keyword, index) => {
    lists[LOWER[keyword.bytes[0]!]!]!.push(index);
  });
  return lists;
}
