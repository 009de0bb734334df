import { expect, test } from 'vitest';
import { loadDetectors } from '../../src/config/detector-files.ts';
import { referenceScan } from '../../src/engine/detectors/reference-scan.ts';
import { members } from '../../src/engine/pattern/byte-set.ts';
import { findingsOf } from '../../src/engine/pattern/findings.ts';
import { ACCEPT, aheadOfSecret, buildNfa, JOINT, JointWalk, type Nfa } from '../../src/engine/pattern/nfa.ts';
import { parsePattern } from '../../src/engine/pattern/parse.ts';
import { cases, PATIENCE } from '../campaigns/size.ts';
import { Chance } from '../support/generate-random.ts';
import { matcherOfDetectors, redactedSpans } from '../support/redacted-spans.ts';

const TEXTS_PER_KEYWORD = cases(6, 200);
const LONGEST = 600;

/** Draws what a pattern reads, with a keyword at a place of one's choice ahead of the secret. */
class Walker {
  readonly #nfa: Nfa;
  readonly #joints: JointWalk;
  readonly #chance: Chance;
  /** Bytes of each class; letters and digits where it has any. */
  readonly #letters: readonly (readonly number[])[];
  /** Steps from each place to the end. */
  readonly #toEnd: readonly number[];

  constructor(nfa: Nfa, chance: Chance) {
    this.#nfa = nfa;
    this.#joints = new JointWalk(nfa);
    this.#chance = chance;
    this.#letters = nfa.sets.map((set) => {
      const all = members(set);
      const plain = all.filter((byte) => /[A-Za-z0-9]/.test(String.fromCharCode(byte)));
      return plain.length > 0 ? plain : all;
    });
    this.#toEnd = this.#distances();
  }

  /** Places ahead of the secret from which the keyword can be read, with those it leads to. */
  starts(keyword: Uint8Array, fold: boolean): { place: number; behind: number[] }[] {
    const { reads, follows, sets } = this.#nfa;
    const isAhead = aheadOfSecret(this.#nfa);
    // Without blanks, or of a few bytes: what else a pattern reads is no name.
    const isName = sets.map((set) => members(set).length < 10 || (set[0x20] === 0 && set[0x0a] === 0));
    const ahead = reads.map((set, place) => set !== JOINT && isAhead[place]! && isName[set]!);
    return [...reads.keys()]
      .filter((place) => place !== ACCEPT && ahead[place])
      .map((place) => {
        let behind = [place];
        for (const byte of keyword) {
          const cases = fold && byte >= 0x61 && byte <= 0x7a ? [byte, byte - 0x20] : [byte];
          const read = (one: number): boolean =>
            one !== ACCEPT && ahead[one]! && cases.some((each) => sets[reads[one]!]![each] === 1);
          behind = this.#joints.from(behind.filter(read).flatMap((one) => follows[one]!));
        }
        return { place, behind };
      })
      .filter(({ behind }) => behind.length > 0);
  }

  /** Bytes that lead from the pattern's start to a place, the fewest there are. */
  ahead(goal: number): number[] | null {
    const { start, follows } = this.#nfa;
    const from = new Map(this.#joints.from([start]).map((place) => [place, -1]));
    for (const place of from.keys()) {
      if (place === goal) {
        const bytes: number[] = [];
        for (let at = from.get(place)!; at !== -1; at = from.get(at)!) bytes.unshift(this.#byteOf(at));
        return bytes;
      }
      if (place === ACCEPT) continue;
      for (const next of this.#joints.from(follows[place]!)) if (!from.has(next)) from.set(next, place);
    }
    return null;
  }

  /** Bytes from one of the places to the end of a match, some way about. */
  behind(places: readonly number[]): number[] {
    const bytes: number[] = [];
    let place = this.#chance.pick(places);
    for (let left = this.#chance.between(10, 70); place !== ACCEPT && bytes.length < LONGEST; left--) {
      bytes.push(this.#byteOf(place));
      const next = this.#joints.from(this.#nfa.follows[place]!);
      const nearest = Math.min(...next.map((each) => this.#toEnd[each]!));
      const rest = left < 0 ? next.filter((each) => this.#toEnd[each] === nearest) : next;
      place = this.#chance.pick(rest.length > 1 && left >= 0 ? rest.filter((each) => each !== ACCEPT) : rest);
    }
    return bytes;
  }

  #byteOf(place: number): number {
    return this.#chance.pick(this.#letters[this.#nfa.reads[place]!]!);
  }

  #distances(): number[] {
    const { follows } = this.#nfa;
    const distances = new Array<number>(follows.length).fill(Number.POSITIVE_INFINITY);
    const ahead: number[][] = follows.map(() => []);
    follows.forEach((next, place) => {
      for (const each of next) ahead[each]!.push(place);
    });
    distances[ACCEPT] = 0;
    const queue = [ACCEPT];
    for (const place of queue)
      for (const each of ahead[place]!) {
        if (distances[each] !== Number.POSITIVE_INFINITY) continue;
        distances[each] = distances[place]! + 1;
        queue.push(each);
      }
    return distances;
  }
}

test(
  'wherever a pattern can read a keyword in a name ahead of its secret, the scanner finds what the detector finds',
  async () => {
    const { specs, detectors } = await loadDetectors({ builtin: true, select: ['all'], files: [] });
    const chance = new Chance(5);
    const missed = new Set<string>();
    let found = 0;
    specs.forEach((spec, at) => {
      const detector = detectors[at]!;
      const nfa = buildNfa([findingsOf(parsePattern(spec.pattern).root)]);
      if (nfa === null) return;
      const matcher = matcherOfDetectors([detector]);
      const walker = new Walker(nfa, chance);
      for (const { bytes, fold } of detector.keywords) {
        const starts = walker.starts(bytes, fold);
        for (let n = 0; n < TEXTS_PER_KEYWORD && starts.length > 0; n++) {
          const { place, behind } = starts[n % starts.length]!;
          const ahead = walker.ahead(place);
          if (ahead === null) continue;
          const tail = chance.pick(['', ' ', '\n', '"', ' tail']);
          const text = Buffer.from([...ahead, ...bytes, ...walker.behind(behind), ...Buffer.from(tail)]);
          if (text.includes(1) || text.includes(2)) continue;
          const taken = redactedSpans(matcher, text);
          for (const { start, end } of referenceScan([detector], text)) {
            found++;
            if (!taken.some((span) => span.start <= start && span.end >= end))
              missed.add(`${spec.id}: ${Buffer.from(bytes)}`);
          }
        }
      }
    });
    expect([...missed]).toEqual([]);
    expect(found).toBeGreaterThan(3000);
  },
  PATIENCE,
);
