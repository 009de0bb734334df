import { isUtf8 } from 'node:buffer';
import { createRequire } from 'node:module';
import { trimBlanks } from '../../engine/variants/trim.ts';
import type { DocumentKind } from './document.ts';
import { textLines } from './text-lines.ts';
import { takeLeaves } from './tree.ts';

const require = createRequire(import.meta.url);

/** The parser takes about a second for 1 MB; a kubeconfig has a few KB. A larger document is sought as a whole and by lines. */
const LONGEST = 256 * 1024;
/** Aliases may multiply a document (a YAML bomb): past this it is taken for malformed. */
const MAX_ALIASES = 100;
const NAME = /^(- +)*["']?[A-Za-z_][\w.\-/ ]{0,127}["']? *:( |$)/;
/** Bytes of a line that can hold a name and its colon. */
const HEAD = 160;

/**
 * YAML mappings: kubeconfigs, manifests, Helm values. The parser needs strings, which cannot be wiped: they
 * live until the next collection of garbage, and only while a Secret is loaded.
 */
export const yaml: DocumentKind = {
  name: 'yaml',
  read(document, parts) {
    if (document.length > LONGEST || !isUtf8(document) || !beginsMapping(document)) return false;
    const roots = parse(document);
    for (const root of roots) takeLeaves(root, 'yaml', parts);
    return roots.length > 0;
  },
};

/** The first line that is no comment and no `---` reads `name:`. Only the head of that line is made a string. */
function beginsMapping(document: Uint8Array): boolean {
  for (const line of textLines(document)) {
    if (line[0] === 0x23 || line[0] === 0x25 || (line[0] === 0x2d && line[1] === 0x2d && line[2] === 0x2d)) {
      if (line.length <= 3 || line[0] !== 0x2d) continue;
      return false;
    }
    const colon = line.indexOf(0x3a);
    if (colon === -1 || colon > HEAD) return false;
    return NAME.test(Buffer.from(trimBlanks(line.subarray(0, colon + 2))).toString('latin1'));
  }
  return false;
}

/** @returns the documents that are mappings or lists; none when anything in it is malformed */
function parse(document: Uint8Array): unknown[] {
  // Loaded with the first document that looks like YAML: most Secrets hold none, and it costs 30 ms of a start.
  const { parseAllDocuments, YAMLError } = require('yaml') as typeof import('yaml');
  try {
    const documents = parseAllDocuments(new TextDecoder().decode(document), {
      logLevel: 'silent',
      prettyErrors: false,
      uniqueKeys: false,
    });
    if (!Array.isArray(documents) || documents.some((one) => one.errors.length > 0)) return [];
    return documents
      .map((one) => one.toJS({ maxAliasCount: MAX_ALIASES }) as unknown)
      .filter((root) => typeof root === 'object' && root !== null);
  } catch (error) {
    // ReferenceError: too many aliases. RangeError: nested so deeply that the parser ran out of stack.
    if (error instanceof YAMLError || error instanceof ReferenceError || error instanceof RangeError)
      return [];
    throw error;
  }
}
