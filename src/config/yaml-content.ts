/** What a YAML document says, or why it says nothing. */
export type YamlContent = { readonly content: unknown } | { readonly problem: string };

/** Resolves aliases, of which there may be 100 uses; a document of ours needs none. */
const MAX_ALIASES = 100;

/** The document as plain values. The library throws where an alias leads nowhere or a few grow to millions. */
export function yamlContent(document: { toJS(options: { maxAliasCount: number }): unknown }): YamlContent {
  try {
    return { content: document.toJS({ maxAliasCount: MAX_ALIASES }) };
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error;
    return { problem: 'an alias (*) has no anchor (&), or there are too many of them; write the values out' };
  }
}
