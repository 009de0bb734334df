import type { Detector, Keyword, Place } from './detectors/detector.ts';
import { lookOf } from './detectors/sift.ts';
import { grouped, HEAD, HeadTable, NO_KEYWORDS } from './head-table.ts';
import { Joints, type Literals } from './joints.ts';
import { KEYWORD_MAX, LOWER } from './kernel/kernel.ts';
import { KeywordRows } from './keyword-rows.ts';
import { TOKEN } from './near.ts';
import { eitherNeed, type Need, needOf } from './run-gate.ts';

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
   * could be looked for, 2k + 1 the others. List n is `woken[rows.listStart(n) .. rows.listEnd(n))`.
   */
  readonly woken: Uint32Array;
  readonly longest: number;
  readonly rows: KeywordRows;
  // The keywords' bytes again, one behind the other: objects of their own lie all over the memory.
  readonly #bytes: Uint8Array;
  readonly #bytesFrom: Uint32Array;
  readonly #folds: Uint8Array;
  /** Made when first asked for: the kernel names most keywords itself. */
  #heads: HeadTable | null = null;
  /** What a finding by each detector needs, and by any of a list; null: nothing that could be looked for. */
  readonly detectorNeeds: readonly (Need | null)[];
  readonly needs: readonly (Need | null)[];
  readonly #detectors: readonly Detector[];
  /** For each list one look for all its detectors; null: each is asked itself. Made when first asked for. */
  readonly #looks: (Detector['mayFind'] | null | undefined)[];
  readonly #joints: Joints;
  /** Keywords by their first byte in lower case, and by their first two, for the carry. */
  readonly #byFirst: ReadonlyMap<number, readonly number[]>;
  readonly #byPair: ReadonlyMap<number, readonly number[]>;

  constructor(detectors: readonly Detector[]) {
    const known = new Map<string, number>();
    const keywords: Keyword[] = [];
    const wakes: number[][] = [];
    detectors.forEach((detector, number) => {
      for (const keyword of detector.keywords) {
        const id = keyword.id ?? idOf(keyword.fold, latin1(keyword));
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
    this.woken = Uint32Array.from(lists.flat());
    const texts = keywords.map(({ bytes }) => bytes);
    this.#bytesFrom = offsets(texts);
    this.#bytes = Buffer.concat(texts);
    this.#folds = Uint8Array.from(keywords, ({ fold }) => (fold ? 1 : 0));
    this.longest = keywords.reduce((most, keyword) => Math.max(most, keyword.bytes.length), 0);
    this.#joints = new Joints(() => this.#literals(), new Uint32Array(0), LOWER);
    this.#byFirst = grouped(keywords, ({ bytes }) => LOWER[bytes[0]!]!);
    this.#byPair = grouped(keywords, ({ bytes }) => pairOf(bytes, 0));
    this.needs = lists.map((numbers) =>
      numbers.reduce<Need | null>((need, number) => {
        const own = detectorNeeds[number]!;
        return need === null || own === null ? own : eitherNeed(need, own);
      }, null),
    );
    this.#detectors = detectors;
    this.#looks = new Array(lists.length).fill(undefined);
    const before = wakes.map((numbers) =>
      numbers.reduce((most, number) => Math.max(most, detectors[number]!.before), 0),
    );
    this.rows = new KeywordRows(keywords, before, offsets(lists));
  }

  /** The keywords that may stand at `at` (their first three bytes do, whatever their case); empty for most places. */
  candidates(haystack: Uint8Array, at: number): readonly number[] {
    this.#heads ??= new HeadTable(this.keywords);
    return this.#heads.at(haystack, at);
  }

  /** Where keyword `index` ends that stands at `at` and ends at or before `end`; -1 when it does not. */
  endAt(index: number, haystack: Uint8Array, at: number, end: number): number {
    const stop = at + this.rows.size(index);
    return stop <= end && this.#agrees(index, haystack, at, stop - at) ? stop : -1;
  }

  /** The same for a keyword that a kernel has named: it has compared all but what is behind its first bytes. */
  namedEndAt(index: number, haystack: Uint8Array, at: number, end: number): number {
    const stop = at + this.rows.size(index);
    if (stop > at + KEYWORD_MAX) return this.endAt(index, haystack, at, end);
    return stop <= end ? stop : -1;
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
    const numbers = this.woken.subarray(this.rows.listStart(list), this.rows.listEnd(list));
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
    const least = Math.max(from, end - this.longest + 1);
    for (let q = this.#joints.backOver(haystack, least, end); q < end; q++) {
      let before = -1;
      for (const index of this.#mayBegin(haystack, q, end - q)) {
        const size = this.rows.size(index);
        if (size <= end - q || !this.#agrees(index, haystack, q, end - q)) continue;
        before = Math.max(before, this.rows.before(index));
      }
      if (before === -1) continue;
      first = Math.min(first, q);
      reach.from = Math.min(reach.from, backOverToken(haystack, floor, q, before));
    }
    return first;
  }

  #literals(): Literals {
    const size = Uint16Array.from(this.keywords, ({ bytes }) => bytes.length);
    return { bytes: this.#bytes, offset: this.#bytesFrom.subarray(0, -1), size };
  }

  /** The keywords that may begin with the `left` bytes at `at`: three of them tell enough. */
  #mayBegin(haystack: Uint8Array, at: number, left: number): readonly number[] {
    if (left >= HEAD) return this.candidates(haystack, at);
    const begun =
      left === 2 ? this.#byPair.get(pairOf(haystack, at)) : this.#byFirst.get(LOWER[haystack[at]!]!);
    return begun ?? NO_KEYWORDS;
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

/** The same for keywords of the same bytes that fold alike. @param text the bytes as Latin-1 */
export function idOf(fold: boolean, text: string): string {
  return `${fold ? 'f' : 'e'}${text}`;
}

/** A keyword's bytes as Latin-1. */
export function latin1({ bytes }: Keyword): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
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
