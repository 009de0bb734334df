import { Document, isMap, isPair, isScalar, type Pair, Scalar, type YAMLMap } from 'yaml';
import { OPTION_LIST } from './options.ts';
import type { Settings } from './settings.ts';
import { formatValue } from './values.ts';

/** The effective configuration as an unleak.yaml, each value with where it was said. */
export function printSettings({ values, origins }: Settings): string {
  const document = new Document({});
  for (const [name, { path, type }] of OPTION_LIST) {
    if (path === null) continue;
    const keys = path.split('.');
    document.setIn(keys, document.createNode(formatValue(type, values[name])));
    comment(document, keys, origins[name]);
  }
  return document.toString({ lineWidth: 0 });
}

/** Behind a scalar; before the key of a list, where a comment behind would move. */
function comment(document: Document, keys: readonly string[], origin: string): void {
  const node = document.getIn(keys, true);
  if (isScalar(node)) {
    node.comment = ` ${origin}`;
    return;
  }
  const parent = document.getIn(keys.slice(0, -1), true);
  const pairs: Pair<unknown, unknown>[] = isMap(parent) ? parent.items : (document.contents as YAMLMap).items;
  const pair = pairs.find(
    (item) => isPair(item) && String(isScalar(item.key) ? item.key.value : item.key) === keys.at(-1),
  );
  if (pair === undefined) return;
  const key = pair.key instanceof Scalar ? pair.key : new Scalar(pair.key);
  key.commentBefore = ` ${origin}`;
  pair.key = key;
}
