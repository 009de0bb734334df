import type { Node } from './ast.ts';
import { addAll, type ByteSet, emptySet } from './byte-set.ts';
import { ACCEPT, buildNfa, JOINT, type Nfa } from './nfa.ts';

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
  let places = anchored ? closure(nfa, [nfa.start]) : nfa.reads.map((_, place) => place);
  for (const byte of literal) places = step(nfa, places, bothCases(byte, fold));
  if (places.length === 0 || places.includes(ACCEPT)) return null;
  const followers = emptySet();
  for (const place of places) if (nfa.reads[place] !== JOINT) addAll(followers, nfa.sets[nfa.reads[place]!]!);
  return followers;
}

function bothCases(byte: number, fold: boolean): readonly number[] {
  return fold && byte >= 0x61 && byte <= 0x7a ? [byte, byte - 0x20] : [byte];
}

/** Where one may be behind any of `bytes`. */
function step(nfa: Nfa, places: readonly number[], bytes: readonly number[]): number[] {
  const { reads, follows, sets } = nfa;
  const next = places.flatMap((place) => {
    const set = place === ACCEPT || reads[place] === JOINT ? undefined : sets[reads[place]!];
    return set !== undefined && bytes.some((byte) => set[byte] === 1) ? follows[place]! : [];
  });
  return closure(nfa, next);
}

/** These places and those that joints among them lead on to. */
function closure({ reads, follows }: Nfa, places: readonly number[]): number[] {
  const met = new Set<number>();
  const open = [...places];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (met.has(place)) continue;
    met.add(place);
    if (reads[place] === JOINT) open.push(...follows[place]!);
  }
  return [...met];
}
