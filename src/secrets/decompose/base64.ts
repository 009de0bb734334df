import { isUtf8 } from 'node:buffer';
import { decodeBase64, looksLikeText } from './base64-decode.ts';
import type { DocumentKind } from './document.ts';

/** Shorter base64 is a token, not a document. */
const SHORTEST = 32;

/** A document kept in base64, as keys and service accounts often are in an environment variable. */
export const base64: DocumentKind = {
  name: 'base64',
  read(document, parts) {
    if (document.length < SHORTEST) return false;
    const decoded = decodeBase64(document);
    if (decoded === null) return false;
    const readable = isUtf8(decoded) && looksLikeText(decoded);
    if (readable) parts.derived('base64-decoded', decoded);
    decoded.fill(0);
    return readable;
  },
};
