import type { Node } from './ast.ts';

/** The bytes that every match of a pattern holds: those it spells out, in one case. */
export function requiredBytes(node: Node): ReadonlySet<number> {
  switch (node.kind) {
    case 'set': {
      const byte = node.set.indexOf(1);
      return byte !== -1 && node.set.indexOf(1, byte + 1) === -1 ? new Set([byte]) : NONE;
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

const NONE: ReadonlySet<number> = new Set();

/** What both hold. */
export function both(one: ReadonlySet<number>, other: ReadonlySet<number>): ReadonlySet<number> {
  return new Set([...one].filter((byte) => other.has(byte)));
}
