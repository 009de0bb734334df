import { HEX, INCOMPLETE, type View, type ViewSource } from './view.ts';

const AMPERSAND = 0x26;
const SEMICOLON = 0x3b;
/** Longest reference looked at, `&` and `;` included: `&#x10FFFF;` with leading zeros. */
const REFERENCE_MAX = 14;

/** The names that escapers write (HTML 5 section 13.5 has 2,231; a secret meets these). */
const NAMES: readonly (readonly [string, number])[] = [
  ['amp', 0x26],
  ['lt', 0x3c],
  ['gt', 0x3e],
  ['quot', 0x22],
  ['apos', 0x27],
  ['sol', 0x2f],
  ['equals', 0x3d],
  ['plus', 0x2b],
  ['nbsp', 0xa0],
  ['num', 0x23],
  ['percnt', 0x25],
  ['colon', 0x3a],
  ['commat', 0x40],
  ['grave', 0x60],
];
const NAMED = new Map(NAMES.map(([name, code]) => [nameKey(Buffer.from(name), 0, name.length), code]));
const LONGEST_NAME = Math.max(...NAMES.map(([name]) => name.length));

/** Undoes one level of HTML and XML character references: named, decimal and hexadecimal. */
export function decodeEntities(source: ViewSource, more: boolean, view: View): void {
  const { bytes, to, openers } = source;
  let at = source.from;
  while (at < to) {
    const next = openers.next(bytes, at, to, AMPERSAND, AMPERSAND);
    if (next > at) view.run(source, at, next);
    if (next === to) return;
    const end = referenceEnd(source, next, more);
    if (end === INCOMPLETE) {
      view.suspend(next);
      return;
    }
    const code = end < 0 ? -2 : codePoint(bytes, next, end);
    at = code < 0 ? next + 1 : end;
    if (code >= 0) view.changed = true;
    view.codePoint(code < 0 ? AMPERSAND : code, next, at);
  }
}

/** True when the `&` at `at` opens a reference that is undone, or may do so with more bytes. */
export function opensReference(source: ViewSource, at: number, more: boolean): boolean {
  const end = referenceEnd(source, at, more);
  return end === INCOMPLETE || (end > 0 && codePoint(source.bytes, at, end) >= 0);
}

/** The index behind the `;` that ends the reference at `at`; INCOMPLETE, or -2 when it is none. */
function referenceEnd(source: ViewSource, at: number, more: boolean): number {
  const { bytes, to } = source;
  for (let i = at + 1; i < at + REFERENCE_MAX; i++) {
    if (i >= to) return more ? INCOMPLETE : -2;
    const byte = bytes[i]!;
    if (byte === SEMICOLON) return i + 1;
    const letter = (byte | 32) >= 97 && (byte | 32) <= 122;
    if (!letter && !(byte >= 48 && byte <= 57) && !(byte === 0x23 && i === at + 1)) return -2;
  }
  return -2;
}

/** A name as a number: 7 bits a byte, six letters at most, so that it is exact. A string a reference took 1 µs. */
function nameKey(bytes: Uint8Array, from: number, to: number): number {
  let key = 0;
  for (let at = from; at < to; at++) key = key * 128 + bytes[at]!;
  return key;
}

function codePoint(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at + 1] !== 0x23) {
    return end - 1 - (at + 1) > LONGEST_NAME ? -2 : (NAMED.get(nameKey(bytes, at + 1, end - 1)) ?? -2);
  }
  const hex = (bytes[at + 2]! | 32) === 0x78;
  let value = 0;
  let digits = 0;
  for (let i = at + (hex ? 3 : 2); i < end - 1; i++, digits++) {
    const digit = HEX[bytes[i]!]!;
    if (digit >= (hex ? 16 : 10)) return -2;
    value = value * (hex ? 16 : 10) + digit;
  }
  return digits === 0 || value > 0x10ffff ? -2 : value;
}
