import type { Node } from './ast.ts';
import { addAll, type ByteSet, emptySet, members } from './byte-set.ts';
import { ACCEPT, aheadOfSecret, buildNfa, JOINT, JointWalk, type Nfa } from './nfa.ts';
import { MOST_SPELLED } from './spelled.ts';

/** Bytes that stand in a match of a pattern. */
export interface Literal {
  readonly bytes: Uint8Array;
  /** Letters, in lower case, stand for both cases. */
  readonly fold: boolean;
  /** They are known to begin the match. */
  readonly anchored: boolean;
  /** Of each pattern, in the automaton's order. */
  readonly counts: readonly Counts[];
}

/**
 * Where in a match a keyword counts: anywhere; in a name ahead of the secret, elsewhere where it is spelled; or only
 * where it is spelled, in classes of MOST_SPELLED bytes at most.
 */
export type Counts = 'anywhere' | 'ahead' | 'spelled';

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
  const places = literal.counts.flatMap((counts, pattern) => {
    const [from, to] = [nfa.bounds[pattern]!, nfa.bounds[pattern + 1]!];
    const all = joints.from(Array.from({ length: to - from }, (_, at) => from + at));
    const counted =
      counts === 'anywhere' ? [] : walked(nfa, joints, all, literal, countingPlaces(nfa)[counts]);
    // Where it stands nowhere else, it counts all the same.
    return counted.length > 0 ? counted : walked(nfa, joints, all, literal, null);
  });
  return joints.from(places);
}

/** The places that count. */
interface Counting {
  readonly ahead: readonly boolean[];
  readonly spelled: readonly boolean[];
}

const known = new WeakMap<Nfa, Counting>();

function countingPlaces(nfa: Nfa): Counting {
  const before = known.get(nfa);
  if (before !== undefined) return before;
  const isAhead = aheadOfSecret(nfa);
  const isNarrow = nfa.sets.map((set) => members(set).length <= MOST_SPELLED);
  const spelled = nfa.reads.map((set) => set !== JOINT && isNarrow[set]!);
  // What may hold blanks is no name: it is what stands between a name and its value, or anything at all.
  const isName = nfa.sets.map((set) => set[0x20] === 0 && set[0x0a] === 0);
  const ahead = nfa.reads.map(
    (set, place) => set !== JOINT && (isNarrow[set]! || (isAhead[place]! && isName[set]!)),
  );
  known.set(nfa, { ahead, spelled });
  return { ahead, spelled };
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
