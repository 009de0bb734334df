/** One token of a JSON line, or the white space between two. */
export interface JsonToken {
  readonly kind: 'string' | 'number' | 'word' | 'mark' | 'white';
  readonly text: string;
}

const TOKEN =
  /([ \t\r\n]+)|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null)|([{}[\],:])/y;

/** The tokens of a JSON text in order; their texts joined are the input. Throws SyntaxError with the offset. */
export function lexJson(text: string): JsonToken[] {
  const tokens: JsonToken[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (match === null || match[0].length === 0) throw new SyntaxError(`no JSON token at offset ${at}`);
    const kinds = ['white', 'string', 'number', 'word', 'mark'] as const;
    tokens.push({ kind: kinds[match.slice(1).findIndex((group) => group !== undefined)]!, text: match[0] });
  }
  return tokens;
}

const PLACEHOLDER = /\[REDACTED:[^\]"\\]*\]/g;

/**
 * Compares a JSON line before and after: null when it differs in redacted string and number tokens
 * only, else a sentence (offsets, no bytes). Strings keep every byte around their placeholders;
 * numbers may become a placeholder as a whole, in JSON inside a string too.
 */
export function strayChange(before: string, after: string): string | null {
  const left = lexJson(before);
  const right = lexJson(after);
  if (left.length !== right.length) return `${left.length} tokens became ${right.length}`;
  for (let at = 0; at < left.length; at++) {
    const was = left[at]!;
    const is = right[at]!;
    if (was.text === is.text && was.kind === is.kind) continue;
    if (is.kind !== 'string') return `token ${at}, a ${was.kind}, became a ${is.kind}`;
    if (was.kind !== 'string' && was.kind !== 'number') return `token ${at}, a ${was.kind}, changed`;
    if (was.kind === 'number' && is.text.replace(PLACEHOLDER, '') === '""') continue;
    const body = was.kind === 'string' ? was.text.slice(1, -1) : was.text;
    if (!keepsTheRest(body, is.text.slice(1, -1)) && !keepsJsonInside(was.text, is.text))
      return `token ${at}, a ${was.kind}, changed outside a placeholder`;
  }
  return null;
}

/** Two string tokens hold JSON that differs in redacted tokens only: a number in there has become a string. */
function keepsJsonInside(before: string, after: string): boolean {
  const [was, is] = [JSON.parse(before), JSON.parse(after)];
  return /^\s*[{[]/.test(was) && strayChange(was, is) === null;
}

/** `after` is `before` with at least one run replaced by a placeholder, the rest in order and untouched. */
export function keepsTheRest(before: string, after: string): boolean {
  const kept = after.split(PLACEHOLDER);
  if (kept.length < 2) return false;
  if (!before.startsWith(kept[0]!) || !before.endsWith(kept.at(-1)!)) return false;
  let from = kept[0]!.length;
  for (const piece of kept.slice(1, -1)) {
    const at = before.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return from + kept.at(-1)!.length <= before.length;
}
