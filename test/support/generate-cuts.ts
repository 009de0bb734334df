import type { Chance } from './generate-random.ts';

/** The pieces of `whole` between the given positions (in any order, repeats allowed: an empty chunk is a chunk). */
export function cutAt(whole: Uint8Array, positions: readonly number[]): Uint8Array[] {
  const edges = [0, ...[...positions].sort((left, right) => left - right), whole.length];
  return edges.slice(1).map((end, at) => whole.subarray(edges[at]!, end));
}

export function cutInto(whole: Uint8Array, size: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < whole.length; at += size) chunks.push(whole.subarray(at, at + size));
  return chunks;
}

/** Every way in two, and byte by byte. */
export function* everyCut(whole: Uint8Array): Generator<Uint8Array[]> {
  yield cutInto(whole, 1);
  for (let at = 0; at <= whole.length; at++) yield cutAt(whole, [at]);
}

/** A random way: whole, few pieces, many pieces, or bytes. */
export function randomCut(whole: Uint8Array, chance: Chance): Uint8Array[] {
  const kind = chance.below(8);
  if (kind === 0) return [whole];
  if (kind === 1 && whole.length < 768) return cutInto(whole, 1);
  if (kind === 2) return cutInto(whole, chance.between(2, 17));
  const count = chance.between(1, kind === 3 ? 40 : 4);
  return cutAt(
    whole,
    Array.from({ length: count }, () => chance.below(whole.length + 1)),
  );
}
