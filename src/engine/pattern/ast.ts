import type { ByteSet } from './byte-set.ts';

/** `^` is `text-start`, `$` is `text-end`; under `(?m)` they are the line forms. */
export type Assertion = 'text-start' | 'text-end' | 'line-start' | 'line-end' | 'word' | 'not-word';

/** What a pattern is made of. Groups other than `secret` leave no node: they only group. */
export type Node =
  | { readonly kind: 'empty' }
  | { readonly kind: 'set'; readonly set: ByteSet }
  | { readonly kind: 'concat'; readonly items: readonly Node[] }
  | { readonly kind: 'alternate'; readonly items: readonly Node[] }
  | {
      readonly kind: 'repeat';
      readonly item: Node;
      readonly min: number;
      readonly max: number;
      readonly greedy: boolean;
    }
  | { readonly kind: 'secret'; readonly item: Node }
  | { readonly kind: 'assert'; readonly what: Assertion };

export const EMPTY: Node = { kind: 'empty' };

/** Joins items in a row, without a node around a single one. */
export function concat(items: readonly Node[]): Node {
  if (items.length === 0) return EMPTY;
  return items.length === 1 ? items[0]! : { kind: 'concat', items };
}

/** A pattern that cannot be used; `at` is the offset in its source. */
export class PatternError extends Error {
  readonly code = 'E_PATTERN';
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.name = 'PatternError';
    this.at = at;
  }
}
