import { replaceAll } from '../../engine/variants/replace.ts';
import { isBlank, trimBlanks } from '../../engine/variants/trim.ts';
import type { DocumentKind } from './document.ts';
import { asBuffer } from './text-lines.ts';

const BEGIN = Buffer.from('-----BEGIN ');
const END = Buffer.from('-----END ');
const DASHES = Buffer.from('-----');
const PRIVATE = Buffer.from('PRIVATE KEY');
const ESCAPED_CRLF = Buffer.from('\\r\\n');
const ESCAPED_LF = Buffer.from('\\n');
const LF = Buffer.from('\n');

/**
 * PEM private keys (RFC 7468), alone or among certificates: each block is a value of its own, and so is its
 * body on one line. The variant `lines` seeks each body line. Blocks whose line ends are written `\n`, as in
 * environment variables, are taken with real ones: the engine undoes escapes in the log.
 */
export const pem: DocumentKind = {
  name: 'pem',
  read(document, parts) {
    const text = asBuffer(document);
    if (!text.includes(BEGIN)) return false;
    const alone = asBuffer(trimBlanks(document)).subarray(0, BEGIN.length).equals(BEGIN);
    if (alone && text.includes(ESCAPED_LF)) {
      const crlf = replaceAll(document, ESCAPED_CRLF, LF);
      const unescaped = replaceAll(crlf, ESCAPED_LF, LF);
      parts.derived('pem-unescaped', unescaped);
      crlf.fill(0);
      unescaped.fill(0);
      return true;
    }
    for (let at = text.indexOf(BEGIN); at !== -1; ) {
      const labelEnd = text.indexOf(DASHES, at + BEGIN.length);
      const end = labelEnd === -1 ? -1 : text.indexOf(END, labelEnd);
      if (end === -1) break;
      const close = text.indexOf(DASHES, end + END.length);
      if (close === -1) break;
      if (text.subarray(at, labelEnd).includes(PRIVATE)) {
        parts.add('pem-key', '', text.subarray(at, close + DASHES.length));
        const body = bodyOf(text.subarray(labelEnd + DASHES.length, end));
        parts.add('pem-body', '', body);
        body.fill(0);
      }
      at = text.indexOf(BEGIN, close);
    }
    return alone;
  },
};

/** The base64 behind the headers (RFC 1421: up to an empty line), without white space. */
function bodyOf(inner: Buffer): Uint8Array {
  const colon = inner.lastIndexOf(':');
  const start = colon === -1 ? 0 : inner.indexOf(LF, colon) + 1;
  return inner.subarray(start).filter((byte) => !isBlank(byte));
}
