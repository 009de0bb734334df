import { base64Core, base64Whole, STANDARD } from './base64-text.ts';
import type { Variant } from './variant.ts';

/** Columns that `base64` (76, also MIME, RFC 2045) and OpenSSL and PEM (64, RFC 7468) wrap at. */
const WRAPS = [76, 64];
/** A last line shorter than this is sought together with the line before it. */
const SHORTEST_LINE = 8;

/**
 * Standard base64 of a text that holds the value. The cores meet it in any surroundings. The whole texts of
 * the value, and of the value and a newline (`echo $X | base64`), take padding and the last, shared
 * character with them. Wrapped text is met line by line, when the wrapped text begins with the value;
 * of a wrapped text that holds it deeper inside, lines are met only as far as no line end cuts a core.
 */
export const base64: Variant = {
  name: 'base64',
  doc: 'Base64 at any alignment in a longer text, padded or not, with a newline behind the value, or wrapped at 64 or 76 columns.',
  encode: (value) => {
    const found = ([0, 1, 2] as const).map((phase) => base64Core(value, phase, STANDARD));
    const ended = new Uint8Array(value.length + 1);
    ended.set(value);
    ended[value.length] = 0x0a;
    for (const text of [base64Whole(value, STANDARD, true), base64Whole(ended, STANDARD, true)]) {
      found.push(text);
      for (const columns of WRAPS) found.push(...wrapped(text, columns));
    }
    ended.fill(0);
    return found;
  },
};

/** The lines of the text wrapped at `columns`; a short last one together with the line before. */
function wrapped(text: Uint8Array, columns: number): Uint8Array[] {
  const lines: Uint8Array[] = [];
  if (text.length <= columns) return lines;
  for (let at = 0; at < text.length; at += columns) {
    const line = text.subarray(at, at + columns);
    if (line.length >= SHORTEST_LINE) {
      lines.push(line);
      continue;
    }
    const pair = new Uint8Array(columns + 1 + line.length);
    pair.set(text.subarray(at - columns, at));
    pair[columns] = 0x0a;
    pair.set(line, columns + 1);
    lines.push(pair);
  }
  return lines;
}
