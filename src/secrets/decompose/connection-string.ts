import type { DocumentKind } from './document.ts';
import type { Parts } from './parts.ts';
import { percentDecode } from './percent-decode.ts';
import { asBuffer, nameOf } from './text-lines.ts';

/** A quote that is not closed within this is no quote: bounds the work for a line of open ones. */
const LONGEST_VALUE = 4096;
const SEMICOLON = 0x3b;
const AMPERSAND = 0x26;
const COMMA = 0x2c;
const SPACE = 0x20;
const EQUAL = 0x3d;
const CLOSERS = new Map([
  [0x22, 0x22],
  [0x27, 0x27],
  [0x7b, 0x7d],
]);
/** Go's MySQL driver writes `user:password@tcp(host)/db`, without a scheme. */
const GO_NETWORKS = ['@tcp(', '@tcp6(', '@unix(', '@('].map((mark) => Buffer.from(mark));

/**
 * `Name=value` pairs on one line, apart by `;` (ADO.NET, ODBC, JDBC for SQL Server, Azure), `&` (a query
 * string, an Azure SAS), `,` (StackExchange.Redis) or a space (libpq); and Go's MySQL form. A value may stand in quotes or,
 * for ODBC, in braces, and hold the separator there.
 */
export const connectionString: DocumentKind = {
  name: 'connection-string',
  read(document, parts) {
    const text = asBuffer(document);
    const end = text.at(-1) === 0x0a ? text.length - 1 : text.length;
    if (text.subarray(0, end).includes(0x0a)) return false;
    const line = text.subarray(0, end);
    takeGoMysql(line, parts);
    const separator = [SEMICOLON, AMPERSAND, COMMA, SPACE].find((byte) => line.includes(byte));
    if (separator !== undefined && line.includes(EQUAL)) takePairs(line, separator, parts);
    return false;
  },
};

function takePairs(line: Buffer, separator: number, parts: Parts): void {
  for (let start = 0; start < line.length && !parts.full; ) {
    const next = endOf(line, separator, start);
    const size = line.subarray(start, next).indexOf(EQUAL);
    if (size < 1) {
      start = next + 1;
      continue;
    }
    const equal = start + size;
    let at = equal + 1;
    while (separator !== SPACE && line[at] === SPACE) at++;
    const close = closing(line, at);
    const end = close === -1 ? endOf(line, separator, at) : close;
    const value = line.subarray(close === -1 ? at : at + 1, end);
    const name = nameOf(line.subarray(start, equal));
    parts.named('connection', name.slice(name.lastIndexOf('?') + 1), value);
    if (separator === AMPERSAND && value.includes(0x25)) takeDecoded(name, value, parts);
    start = endOf(line, separator, end) + 1;
  }
}

function takeDecoded(name: string, value: Uint8Array, parts: Parts): void {
  const decoded = percentDecode(value);
  if (decoded === null) return;
  parts.named('connection', name, decoded);
  decoded.fill(0);
}

/** The place of the closing quote or brace of a value that opens with one; -1 for a bare value. A doubled or escaped one goes on. */
function closing(line: Buffer, open: number): number {
  const closer = CLOSERS.get(line[open] ?? 0);
  if (closer === undefined) return -1;
  const limit = Math.min(line.length, open + LONGEST_VALUE);
  for (let at = open + 1; at < limit; at++) {
    if (line[at] === 0x5c && closer !== 0x7d) at++;
    else if (line[at] === closer) {
      if (line[at + 1] !== closer) return at;
      at++;
    }
  }
  return -1;
}

function endOf(line: Buffer, byte: number, from: number): number {
  const at = line.indexOf(byte, from);
  return at === -1 ? line.length : at;
}

function takeGoMysql(line: Buffer, parts: Parts): void {
  for (const mark of GO_NETWORKS) {
    const at = line.lastIndexOf(mark);
    const colon = line.indexOf(0x3a);
    if (at !== -1 && colon !== -1 && colon < at) {
      parts.add('dsn-password', 'password', line.subarray(colon + 1, at));
      return;
    }
  }
}
