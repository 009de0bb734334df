import type { Node } from './ast.ts';
import { members } from './byte-set.ts';
import { ACCEPT, buildNfa, JointWalk, type Nfa } from './nfa.ts';

/** A class of so many bytes at most spells a byte out: a letter in both cases, `[-_. ]`. */
export const MOST_SPELLED = 9;

/** Places looked at before `spellsKeyword` gives up and says no, which costs speed alone. */
const STEP_LIMIT = 20_000;

/**
 * True when every match spells one of the keywords out, in classes of MOST_SPELLED bytes at most: then it is met there,
 * and a keyword in a wider class (`[^\n]{0,200}`) need not be asked.
 * @param keywords bytes, in lower case when `fold`
 */
export function spellsKeyword(root: Node, keywords: readonly Uint8Array[], fold: boolean): boolean {
  const nfa = buildNfa([root]);
  return nfa !== null && new Speller(nfa, fold).everyMatch(keywords);
}

class Speller {
  readonly #nfa: Nfa;
  readonly #fold: boolean;
  readonly #joints: JointWalk;
  readonly #letters: readonly (readonly number[])[];
  #steps = 0;

  constructor(nfa: Nfa, fold: boolean) {
    this.#nfa = nfa;
    this.#fold = fold;
    this.#joints = new JointWalk(nfa);
    this.#letters = nfa.sets.map(members);
  }

  /** No walk reaches the end without a place from which on only keywords are spelled. */
  everyMatch(keywords: readonly Uint8Array[]): boolean {
    const { start, follows } = this.#nfa;
    const met = new Set<number>();
    const open = this.#joints.from([start]);
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (place === ACCEPT || this.#steps > STEP_LIMIT) return false;
      if (met.has(place)) continue;
      met.add(place);
      if (!this.#spells(place, keywords, 0)) open.push(...this.#joints.from(follows[place]!));
    }
    return true;
  }

  /** Whatever is read from a place on spells one of the keywords, whose first `depth` bytes were read. */
  #spells(place: number, keywords: readonly Uint8Array[], depth: number): boolean {
    if (place === ACCEPT || ++this.#steps > STEP_LIMIT) return false;
    const letters = this.#letters[this.#nfa.reads[place]!]!;
    if (letters.length > MOST_SPELLED) return false;
    return letters.every((byte) => {
      const folded = this.#fold && byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte;
      const left = keywords.filter((keyword) => keyword[depth] === folded);
      if (left.some((keyword) => keyword.length === depth + 1)) return true;
      return left.length > 0 && this.#allSpell(place, left, depth + 1);
    });
  }

  #allSpell(place: number, keywords: readonly Uint8Array[], depth: number): boolean {
    const next = this.#joints.from(this.#nfa.follows[place]!);
    return next.every((behind) => this.#spells(behind, keywords, depth));
  }
}
