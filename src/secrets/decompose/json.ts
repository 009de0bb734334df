import { isUtf8 } from 'node:buffer';
import { trimBlanks } from '../../engine/variants/trim.ts';
import type { DocumentKind } from './document.ts';
import { takeLeaves } from './tree.ts';

/**
 * JSON: service accounts, `.dockerconfigjson`, configuration. JSON.parse makes strings of the secret leaves,
 * which cannot be wiped: they live until the next collection of garbage, and only while a Secret is loaded.
 */
export const json: DocumentKind = {
  name: 'json',
  read(document, parts) {
    const first = trimBlanks(document)[0];
    if ((first !== 0x7b && first !== 0x5b && first !== 0x22) || !isUtf8(document)) return false;
    const root = parse(document);
    if (root === undefined) return false;
    // A value in quotes: the quotes are JSON's, what stands in them is the secret.
    if (typeof root === 'string') {
      const bytes = Buffer.from(root);
      parts.derived('json-string', bytes);
      bytes.fill(0);
    } else takeLeaves(root, 'json', parts);
    return true;
  },
};

/** @returns undefined when it is malformed; the whole value is sought as it is then */
function parse(document: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(document));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
