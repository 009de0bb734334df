import { isAssignment, isComment, isJsonDocument, isStructure } from './line-shape.ts';
import type { Variant } from './variant.ts';

const ARMOR_BEGIN = Buffer.from('-----BEGIN ');
const ARMOR_END = Buffer.from('-----END ');
const SHORTEST = 8;
/** In armor it marks a header (`Proc-Type: 4,ENCRYPTED`, RFC 1421): base64 has none. */
const COLON = 0x3a;

/**
 * Each line of a value of several lines, as loggers that cut records at newlines print them. Conservative,
 * because a line that everybody prints would blank the log (actions/runner 326, concourse 4656):
 * - a JSON document has no line needles; decomposition seeks its secret leaves;
 * - armor lines, comments, `[sections]`, tags, and lines of punctuation or of fewer than 4 different bytes are structure;
 * - where most lines read `name: value` or `name=value`, only those of them count whose value is 8 bytes
 *   or more and no plain word: `apiVersion: v1` is no secret, and a secret value is decomposition's too.
 */
export const lines: Variant = {
  name: 'lines',
  doc: 'Each line of 8 bytes or more of a value of several lines, unless it is structure.',
  encode: (value) => {
    if (!value.includes(0x0a) || isJsonDocument(value)) return [];
    const kept: Uint8Array[] = [];
    const assignments: Uint8Array[] = [];
    let others = 0;
    let armored = false;
    for (const line of cutLines(value)) {
      if (startsWith(line, ARMOR_BEGIN)) armored = true;
      else if (startsWith(line, ARMOR_END)) armored = false;
      else if (isStructure(line) || isComment(line)) continue;
      else if (armored && line.includes(COLON)) continue;
      else if (!armored && isAssignment(line, 0)) assignments.push(line);
      else {
        if (!armored) others++;
        if (line.length >= SHORTEST) kept.push(line);
      }
    }
    const document = assignments.length > others;
    for (const line of assignments) {
      if (line.length >= SHORTEST && (!document || !isAssignment(line, SHORTEST))) kept.push(line);
    }
    return kept;
  },
};

/** Lines without the white space around them, the empty ones left out. */
export function* cutLines(value: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < value.length; ) {
    const newline = value.indexOf(0x0a, start);
    const next = newline === -1 ? value.length : newline;
    let from = start;
    let to = next;
    while (from < to && isEdge(value[from]!)) from++;
    while (to > from && isEdge(value[to - 1]!)) to--;
    if (to > from) yield value.subarray(from, to);
    start = next + 1;
  }
}

function isEdge(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

function startsWith(line: Uint8Array, start: Uint8Array): boolean {
  return line.length >= start.length && start.every((byte, i) => line[i] === byte);
}
