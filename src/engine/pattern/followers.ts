import type { Node } from './ast.ts';
import { addAll, type ByteSet, emptySet } from './byte-set.ts';
import { ACCEPT, buildNfa, JointWalk, type Nfa } from './nfa.ts';

/**
 * The bytes one of which stands behind `literal` where it begins a match of the pattern, or anywhere in one.
 * @param fold letters of `literal`, in lower case, stand for both cases
 * @param anchored the literal is known to begin the match
 * @returns null where any byte or none may: the match may end there, or is not understood
 */
export function followersOf(
  root: Node,
  literal: Uint8Array,
  fold: boolean,
  anchored: boolean,
): ByteSet | null {
  const nfa = buildNfa(root);
  if (nfa === null) return null;
  const joints = new JointWalk(nfa);
  let places = joints.from(anchored ? [nfa.start] : nfa.reads.map((_, place) => place));
  for (const byte of literal) places = joints.from(behind(nfa, places, bothCases(byte, fold)));
  if (places.length === 0 || places[0] === ACCEPT) return null;
  const followers = emptySet();
  for (const place of places) addAll(followers, nfa.sets[nfa.reads[place]!]!);
  return followers;
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
