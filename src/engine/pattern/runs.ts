import type { Node } from './ast.ts';
import type { ByteSet } from './byte-set.ts';

/** What a node's matches have at least: bytes of a set in a row at their start, at their end, anywhere. */
interface Rows {
  readonly first: number;
  readonly last: number;
  readonly longest: number;
  /** Bytes of a match that is of the set alone; null when it may hold others. */
  readonly whole: number | null;
}

const NOTHING: Rows = { first: 0, last: 0, longest: 0, whole: 0 };

/** The longest row of bytes of `set` that every match of the pattern holds. */
export function longestRun(root: Node, set: ByteSet): number {
  return rowsOf(root, set).longest;
}

function rowsOf(node: Node, set: ByteSet): Rows {
  switch (node.kind) {
    case 'set':
      return node.set.every((cell, byte) => cell === 0 || set[byte] === 1)
        ? { first: 1, last: 1, longest: 1, whole: 1 }
        : { first: 0, last: 0, longest: 0, whole: null };
    case 'concat':
      return node.items.reduce((row, item) => join(row, rowsOf(item, set)), NOTHING);
    case 'alternate':
      return node.items.map((item) => rowsOf(item, set)).reduce(either);
    case 'repeat':
      return repeat(rowsOf(node.item, set), node.min, node.max);
    case 'secret':
      return rowsOf(node.item, set);
    default:
      return NOTHING;
  }
}

function join(a: Rows, b: Rows): Rows {
  return {
    first: a.whole === null ? a.first : a.whole + b.first,
    last: b.whole === null ? b.last : b.whole + a.last,
    longest: Math.max(a.longest, b.longest, a.last + b.first),
    whole: a.whole === null || b.whole === null ? null : a.whole + b.whole,
  };
}

function either(a: Rows, b: Rows): Rows {
  return {
    first: Math.min(a.first, b.first),
    last: Math.min(a.last, b.last),
    longest: Math.min(a.longest, b.longest),
    whole: a.whole === null || b.whole === null ? null : Math.min(a.whole, b.whole),
  };
}

function repeat(one: Rows, min: number, max: number): Rows {
  if (max === 0) return NOTHING;
  if (one.whole !== null) {
    const run = one.whole * min;
    return { first: run, last: run, longest: run, whole: run };
  }
  if (min === 0) return { first: 0, last: 0, longest: 0, whole: null };
  const between = min > 1 ? one.last + one.first : 0;
  return { ...one, longest: Math.max(one.longest, between) };
}
