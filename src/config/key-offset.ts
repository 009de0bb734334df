interface Node {
  readonly items?: readonly {
    readonly key?: { readonly value?: unknown; readonly range?: readonly number[] | null };
  }[];
}

/** Where the last key of a path stands in a parsed YAML document, for a message about it; undefined for an item of a list. */
export function keyOffset(
  document: { getIn(path: Iterable<unknown>, keep: true): unknown },
  path: readonly PropertyKey[],
): number | undefined {
  const parent = document.getIn(path.slice(0, -1), true) as Node | undefined;
  return parent?.items?.find((pair) => pair?.key?.value === path.at(-1))?.key?.range?.[0];
}
