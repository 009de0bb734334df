import type { Said } from './origin-guard.ts';

/** Labels of a Loki stream that say where it comes from. */
export const ORIGIN_LABELS = ['namespace', 'pod', 'container', 'app', 'job'] as const;
/** A longer label set is not read: Loki takes 15 labels by default. */
const MAX_LABELS_LENGTH = 16 * 1024;
/** `name="value"`, the value quoted as Go does (LogQL, "Log stream selector"). */
const LABEL = /([a-zA-Z_]\w*)\s*=\s*("(?:[^"\\]|\\.)*")/g;

/** The labels that say where it comes from, of a stream that is written `{namespace="shop", pod="api-7"}`. */
export function readLabels(text: string): Said[] {
  if (text.length > MAX_LABELS_LENGTH) return [];
  const said: Said[] = [];
  for (const [, name = '', quoted = ''] of text.matchAll(LABEL)) {
    const value = ORIGIN_LABELS.some((label) => label === name) ? unquote(quoted) : null;
    if (value !== null) said.push([name, value]);
  }
  return said;
}

/** Go's escapes that JSON has not (`\x41`) stand in no name: null. */
function unquote(quoted: string): string | null {
  try {
    return String(JSON.parse(quoted));
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
}
