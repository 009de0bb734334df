import { replaceAll } from '../../engine/variants/replace.ts';
import { trimBlanks } from '../../engine/variants/trim.ts';
import type { DocumentKind } from './document.ts';
import { asBuffer, nameOf } from './text-lines.ts';

const NAME = /^(?:export +|- +)?([A-Za-z_][\w.\-/[\]]*)$/;
const LONGEST_NAME = 200;
const COMMENT = Buffer.from(' #');
const ESCAPED_LF = Buffer.from('\\n');
const LF = Buffer.from('\n');
const ESCAPED_QUOTE = Buffer.from('\\"');
const QUOTE = Buffer.from('"');

/**
 * `NAME=value` lines: `.env`, Java properties, ini files, AWS credentials. A quoted value may run over lines;
 * its quotes are taken off, and in double quotes `\n` and `\"` are undone. ` # comment` behind a bare value
 * is cut off, and the value with it is taken too, since not every reader knows such comments.
 */
export const envFile: DocumentKind = {
  name: 'env-file',
  read(document, parts) {
    const text = asBuffer(document);
    for (let start = 0; start < text.length && !parts.full; ) {
      const newline = text.indexOf(0x0a, start);
      const lineEnd = newline === -1 ? text.length : newline;
      const size = text.subarray(start, lineEnd).indexOf(0x3d);
      const equal = start + size;
      const name = size < 1 ? undefined : NAME.exec(nameOf(text.subarray(start, equal), LONGEST_NAME))?.[1];
      if (name === undefined) {
        start = lineEnd + 1;
        continue;
      }
      let at = equal + 1;
      while (text[at] === 0x20 || text[at] === 0x09) at++;
      const quote = text[at];
      const close = quote === 0x22 || quote === 0x27 ? closing(text, at) : -1;
      if (close !== -1) {
        takeQuoted(text.subarray(at + 1, close), quote === 0x22, (value) => parts.named('env', name, value));
        start = Math.max(lineEnd, close) + 1;
        continue;
      }
      const value = text.subarray(at, Math.max(at, lineEnd));
      const comment = value.indexOf(COMMENT);
      if (comment > 0) parts.named('env', name, value.subarray(0, comment));
      if (value.length > 0) parts.named('env', name, trimBlanks(value));
      start = lineEnd + 1;
    }
    return false;
  },
};

/** The quote that closes the one at `open`: the first one that no backslash precedes, or -1. */
function closing(text: Buffer, open: number): number {
  const quote = text[open]!;
  let at = text.indexOf(quote, open + 1);
  while (at !== -1 && quote === 0x22 && text[at - 1] === 0x5c) at = text.indexOf(quote, at + 1);
  return at;
}

function takeQuoted(inner: Uint8Array, double: boolean, take: (value: Uint8Array) => void): void {
  take(inner);
  if (!double || !inner.includes(0x5c)) return;
  const unquoted = replaceAll(inner, ESCAPED_QUOTE, QUOTE);
  const unescaped = replaceAll(unquoted, ESCAPED_LF, LF);
  take(unescaped);
  unquoted.fill(0);
  unescaped.fill(0);
}
