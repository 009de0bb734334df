import type { Node } from './ast.ts';
import { holdsSecret } from './measure.ts';

/**
 * A pattern without those of its alternatives that hold no secret where others do: such a match takes text out of
 * another's way (`checksum/secret`) and is no finding. Every match with a secret is one of what is left.
 */
export function findingsOf(node: Node): Node {
  switch (node.kind) {
    case 'alternate': {
      const items = node.items.filter(holdsSecret).map(findingsOf);
      if (items.length === 0) return node;
      return items.length === 1 ? items[0]! : { kind: 'alternate', items };
    }
    case 'concat': {
      const holders = node.items.filter(holdsSecret);
      if (holders.length !== 1) return node;
      return {
        kind: 'concat',
        items: node.items.map((item) => (item === holders[0] ? findingsOf(item) : item)),
      };
    }
    default:
      return node;
  }
}
