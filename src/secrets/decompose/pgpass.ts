import type { DocumentKind } from './document.ts';
import { textLines } from './text-lines.ts';

const COLON = 0x3a;
const BACKSLASH = 0x5c;
const FIELDS = 5;

/** PostgreSQL's password file: `host:port:database:user:password`, where `\:` and `\\` stand for themselves. */
export const pgpass: DocumentKind = {
  name: 'pgpass',
  read(document, parts) {
    for (const line of textLines(document)) {
      if (line[0] === 0x23) continue;
      const starts = fieldStarts(line);
      if (starts.length !== FIELDS || !isPort(line.subarray(starts[1], starts[2]! - 1))) continue;
      const password = line.subarray(starts[4]);
      parts.add('pgpass-password', 'password', password);
      if (!password.includes(BACKSLASH)) continue;
      const plain = unescaped(password);
      parts.add('pgpass-password-unescaped', 'password', plain);
      plain.fill(0);
    }
    return false;
  },
};

/** Where the fields begin; a sixth one only says that there are too many. */
function fieldStarts(line: Uint8Array): number[] {
  const starts = [0];
  for (let at = 0; at < line.length && starts.length <= FIELDS; at++) {
    if (line[at] === BACKSLASH) at++;
    else if (line[at] === COLON) starts.push(at + 1);
  }
  return starts;
}

function isPort(field: Uint8Array): boolean {
  if (field.length === 1 && field[0] === 0x2a) return true;
  return field.length > 0 && field.length <= 5 && field.every((byte) => byte >= 0x30 && byte <= 0x39);
}

function unescaped(field: Uint8Array): Uint8Array {
  const out = new Uint8Array(field.length);
  let length = 0;
  for (let at = 0; at < field.length; at++) {
    if (field[at] === BACKSLASH && at + 1 < field.length) at++;
    out[length++] = field[at]!;
  }
  return out.subarray(0, length);
}
