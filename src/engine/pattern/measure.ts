import type { Node } from './ast.ts';
import { addAll, type ByteSet, emptySet, members } from './byte-set.ts';

/** Fewest bytes a match has. */
export function minLength(node: Node): number {
  switch (node.kind) {
    case 'set':
      return 1;
    case 'concat':
      return node.items.reduce((sum, item) => sum + minLength(item), 0);
    case 'alternate':
      return Math.min(...node.items.map(minLength));
    case 'repeat':
      return node.min === 0 ? 0 : node.min * minLength(node.item);
    case 'secret':
      return minLength(node.item);
    default:
      return 0;
  }
}

/** Most bytes a match has; Infinity when nothing bounds it. */
export function maxLength(node: Node): number {
  switch (node.kind) {
    case 'set':
      return 1;
    case 'concat':
      return node.items.reduce((sum, item) => sum + maxLength(item), 0);
    case 'alternate':
      return Math.max(...node.items.map(maxLength));
    case 'repeat': {
      const one = maxLength(node.item);
      return one === 0 || node.max === 0 ? 0 : node.max * one;
    }
    case 'secret':
      return maxLength(node.item);
    default:
      return 0;
  }
}

/**
 * True when the last bytes of every match are counted (`[a-z]{20}`, a literal), so that a match as long as the
 * longest is whole; false when they may be fewer or more (`[a-z]{20,40}`) and the bound may have cut a value.
 */
export function endsCounted(node: Node): boolean {
  switch (node.kind) {
    case 'set':
      return true;
    case 'concat': {
      const last = node.items.findLast((item) => maxLength(item) > 0);
      return last !== undefined && endsCounted(last);
    }
    case 'alternate':
      // A shorter alternative ends ahead of the bound anyway.
      return node.items.every((item) => maxLength(item) < maxLength(node) || endsCounted(item));
    case 'repeat':
      return node.min === node.max && endsCounted(node.item);
    case 'secret':
      return endsCounted(node.item);
    default:
      return false;
  }
}

/** The bytes a match can begin with; null when a match can be empty. */
export function firstBytes(node: Node): ByteSet | null {
  switch (node.kind) {
    case 'set':
      return node.set;
    case 'concat':
      return firstOfRow(node.items);
    case 'alternate': {
      const first = emptySet();
      for (const item of node.items) {
        const part = firstBytes(item);
        if (part === null) return null;
        addAll(first, part);
      }
      return first;
    }
    case 'repeat':
      return node.min === 0 ? null : firstBytes(node.item);
    case 'secret':
      return firstBytes(node.item);
    default:
      return null;
  }
}

function firstOfRow(items: readonly Node[]): ByteSet | null {
  const first = emptySet();
  for (const item of items) {
    const part = minLength(item) === 0 ? canBeginWith(item) : firstBytes(item);
    if (part !== null) addAll(first, part);
    if (minLength(item) > 0) return first;
  }
  return null;
}

/** The first bytes of the non-empty matches. */
function canBeginWith(node: Node): ByteSet {
  const first = emptySet();
  switch (node.kind) {
    case 'set':
      addAll(first, node.set);
      break;
    case 'concat':
      for (const item of node.items) {
        addAll(first, canBeginWith(item));
        if (minLength(item) > 0) break;
      }
      break;
    case 'alternate':
      for (const item of node.items) addAll(first, canBeginWith(item));
      break;
    case 'repeat':
      if (node.max > 0) addAll(first, canBeginWith(node.item));
      break;
    case 'secret':
      addAll(first, canBeginWith(node.item));
      break;
  }
  return first;
}

/** The rest of a pattern to be walked, as a linked list. */
interface Rest {
  readonly node: Node;
  readonly next: Rest | null;
}

/** Paths looked at before `startsWithKeyword` gives up and says no, which costs speed alone. */
const PATH_LIMIT = 4096;

/**
 * True when every match begins with one of the keywords, so that only a keyword's own place need be tried.
 * @param keywords bytes, in lower case when `fold`
 */
export function startsWithKeyword(root: Node, keywords: readonly Uint8Array[], fold: boolean): boolean {
  let paths = 0;
  const walk = (rest: Rest | null, open: readonly Uint8Array[], depth: number): boolean => {
    if (++paths > PATH_LIMIT || rest === null) return false;
    const { node, next } = rest;
    switch (node.kind) {
      case 'empty':
      case 'assert':
        return walk(next, open, depth);
      case 'secret':
        return walk({ node: node.item, next }, open, depth);
      case 'concat':
        return walk(
          node.items.reduceRight<Rest | null>((tail, item) => ({ node: item, next: tail }), next),
          open,
          depth,
        );
      case 'alternate':
        return node.items.every((item) => walk({ node: item, next }, open, depth));
      case 'repeat': {
        if (node.min === 0 && !walk(next, open, depth)) return false;
        if (node.max === 0) return true;
        const less: Node = { ...node, min: Math.max(0, node.min - 1), max: node.max - 1 };
        return walk({ node: node.item, next: { node: less, next } }, open, depth);
      }
      case 'set':
        return members(node.set).every((byte) => {
          const folded = fold && byte >= 0x41 && byte <= 0x5a ? byte + 32 : byte;
          const left = open.filter((keyword) => keyword[depth] === folded);
          if (left.length === 0) return false;
          return left.some((keyword) => keyword.length === depth + 1) || walk(next, left, depth + 1);
        });
    }
  };
  return walk({ node: root, next: null }, keywords, 0);
}

/** True when the match's first or last step only looks and takes nothing (`\b`, `^`, `$`). */
export function looksAround(root: Node): { before: boolean; after: boolean } {
  const edge = (node: Node, last: boolean): boolean => {
    switch (node.kind) {
      case 'assert':
        return true;
      case 'concat':
        return edge(last ? node.items.at(-1)! : node.items[0]!, last);
      case 'alternate':
        return node.items.some((item) => edge(item, last));
      case 'repeat':
      case 'secret':
        return edge(node.item, last);
      default:
        return false;
    }
  };
  return { before: edge(root, false), after: edge(root, true) };
}

/** True when the group `secret` stands somewhere in the node. */
export function holdsSecret(node: Node): boolean {
  switch (node.kind) {
    case 'secret':
      return true;
    case 'concat':
    case 'alternate':
      return node.items.some(holdsSecret);
    case 'repeat':
      return holdsSecret(node.item);
    default:
      return false;
  }
}
