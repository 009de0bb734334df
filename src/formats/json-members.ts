const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Called with the content of a top-level key and its value, quotes included, as indices. */
export type MemberSink = (keyFrom: number, keyTo: number, valueFrom: number, valueTo: number) => void;

/**
 * Names the members of the one JSON object that `bytes[from, to)` holds. The text must have passed the
 * lexer: the walk only counts brackets. @returns false when it holds something else than one object
 */
export function walkMembers(bytes: Buffer, from: number, to: number, sink: MemberSink): boolean {
  let at = skipBlanks(bytes, from, to);
  if (bytes[at] !== 0x7b) return false;
  at = skipBlanks(bytes, at + 1, to);
  while (bytes[at] !== 0x7d) {
    const keyEnd = stringEnd(bytes, at);
    const valueFrom = skipBlanks(bytes, skipBlanks(bytes, keyEnd, to) + 1, to);
    const valueTo = valueEnd(bytes, valueFrom, to);
    sink(at + 1, keyEnd - 1, valueFrom, valueTo);
    at = skipBlanks(bytes, valueTo, to);
    if (bytes[at] === 0x2c) at = skipBlanks(bytes, at + 1, to);
  }
  return skipBlanks(bytes, at + 1, to) === to;
}

function valueEnd(bytes: Buffer, from: number, to: number): number {
  let depth = 0;
  let at = from;
  while (at < to) {
    const byte = bytes[at]!;
    if (byte === QUOTE) {
      at = stringEnd(bytes, at);
      if (depth === 0) return at;
      continue;
    }
    if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) {
      if (depth === 0) return at;
      depth--;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (byte === 0x2c || byte <= 32)) return at;
    at++;
  }
  return at;
}

/** The index behind the string that opens at `at`. */
function stringEnd(bytes: Buffer, at: number): number {
  let end = at + 1;
  while (bytes[end] !== QUOTE) end += bytes[end] === BACKSLASH ? 2 : 1;
  return end + 1;
}

function skipBlanks(bytes: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] === 32 || bytes[at] === 9 || bytes[at] === 10 || bytes[at] === 13)) at++;
  return at;
}
