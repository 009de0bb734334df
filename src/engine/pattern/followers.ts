import type { Node } from './ast.ts';
import { addAll, type ByteSet, emptySet, members } from './byte-set.ts';
import { ACCEPT, aheadOfSecret, buildNfa, JOINT, JointWalk, type Nfa } from './nfa.ts';

/** Bytes that stand in a match of a pattern. */
export interface Literal {
  readonly bytes: Uint8Array;
  /** Letters, in lower case, stand for both cases. */
  readonly fold: boolean;
  /** They are known to begin the match. */
  readonly anchored: boolean;
  /** In the secret and behind it they count only where they are spelled, in classes of MOST_SPELLED bytes at most. */
  readonly spelled: boolean;
}

/** A class of so many bytes at most spells a byte out: a letter in both cases, `[-_. ]`. */
const MOST_SPELLED = 9;

/**
 * The bytes one of which stands behind a literal in a match of the pattern.
 * @returns null where any byte or none may: the match may end there, or is not understood
 */
export function followersOf(root: Node, literal: Literal): ByteSet | null {
  const nfa = buildNfa([root]);
  if (nfa === null) return null;
  const places = placesBehind(nfa, new JointWalk(nfa), literal);
  if (places.length === 0 || places[0] === ACCEPT) return null;
  const followers = emptySet();
  for (const place of places) addAll(followers, nfa.sets[nfa.reads[place]!]!);
  return followers;
}

/** The places that a walk stands at behind a literal, wherever in a match that is; ascending. */
export function placesBehind(nfa: Nfa, joints: JointWalk, literal: Literal): number[] {
  if (literal.anchored) return walked(nfa, joints, joints.from([nfa.start]), literal, null);
  const counts = literal.spelled ? countingPlaces(nfa) : null;
  const places = nfa.bounds.slice(1).flatMap((end, pattern) => {
    const all = Array.from({ length: end - nfa.bounds[pattern]! }, (_, at) => nfa.bounds[pattern]! + at);
    const spelled = counts === null ? [] : walked(nfa, joints, joints.from(all), literal, counts);
    // Where it stands nowhere else, it counts all the same.
    return spelled.length > 0 ? spelled : walked(nfa, joints, joints.from(all), literal, null);
  });
  return joints.from(places);
}

const counted = new WeakMap<Nfa, readonly boolean[]>();

/** The places ahead of the secret, and those that read one of a few bytes. */
function countingPlaces(nfa: Nfa): readonly boolean[] {
  let counts = counted.get(nfa);
  if (counts === undefined) {
    const ahead = aheadOfSecret(nfa);
    const isNarrow = nfa.sets.map((set) => members(set).length <= MOST_SPELLED);
    counts = nfa.reads.map((set, place) => set !== JOINT && (ahead[place]! || isNarrow[set]!));
    counted.set(nfa, counts);
  }
  return counts;
}

/** Where a walk stands that reads the literal from `start` on, through places of `only` if not null. */
function walked(
  nfa: Nfa,
  joints: JointWalk,
  start: readonly number[],
  { bytes, fold }: Literal,
  only: readonly boolean[] | null,
): number[] {
  let places: readonly number[] = start;
  for (const byte of bytes) {
    const open = only === null ? places : places.filter((place) => only[place]);
    places = joints.from(behind(nfa, open, bothCases(byte, fold)));
  }
  return [...places];
}

function bothCases(byte: number, fold: boolean): readonly number[] {
  return fold && byte >= 0x61 && byte <= 0x7a ? [byte, byte - 0x20] : [byte];
}

/** What follows the places that read any of `bytes`. */
function behind(
  { reads, follows, sets }: Nfa,
  places: readonly number[],
  bytes: readonly number[],
): number[] {
  return places.flatMap((place) => {
    const set = place === ACCEPT ? undefined : sets[reads[place]!];
    return set !== undefined && bytes.some((byte) => set[byte] === 1) ? follows[place]! : [];
  });
}
