import type { Node } from './ast.ts';
import { members } from './byte-set.ts';

const NONE: ReadonlySet<number> = new Set();

/** The bytes that every match of a pattern holds: those it spells out, in one case. */
export function requiredBytes(node: Node): ReadonlySet<number> {
  switch (node.kind) {
    case 'set': {
      const bytes = members(node.set);
      return bytes.length === 1 ? new Set(bytes) : NONE;
    }
    case 'concat':
      return new Set(node.items.flatMap((item) => [...requiredBytes(item)]));
    case 'alternate':
      return node.items.map(requiredBytes).reduce(both);
    case 'repeat':
      return node.min === 0 ? NONE : requiredBytes(node.item);
    case 'secret':
      return requiredBytes(node.item);
    default:
      return NONE;
  }
}

/** What both hold. */
export function both(one: ReadonlySet<number>, other: ReadonlySet<number>): ReadonlySet<number> {
  return new Set([...one].filter((byte) => other.has(byte)));
}
