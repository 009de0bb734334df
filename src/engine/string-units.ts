import { HEX } from './views/view.ts';

const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
/** Bytes of `\uXXXX`. */
const ESCAPE = 6;

/**
 * The content of a JSON string (RFC 8259 section 7) is made of units that must not be cut: an escape
 * sequence, a surrogate pair of two of them, a UTF-8 character. In broken JSON a unit is what there is of one:
 * `\u` takes the hex digits that follow, four at most, and a stray continuation byte stands alone.
 *
 * @param floor a unit's start at or before `at`
 * @param known bytes from here on may not be looked at; more than `at`
 * @returns the last unit's start at or before `at`. A unit that `known` cuts is taken for a longer one
 */
export function unitStart(bytes: Uint8Array, floor: number, at: number, known: number): number {
  const start = escapeStart(bytes, floor, at);
  if (start !== at) return pairStart(bytes, floor, start, known);
  return bytes[at] === BACKSLASH ? pairStart(bytes, floor, at, known) : characterStart(bytes, floor, at);
}

/** The first unit's start at or behind `at`, or `limit`, which must be one itself. */
export function unitEnd(bytes: Uint8Array, floor: number, at: number, limit: number): number {
  if (at >= limit) return limit;
  const start = unitStart(bytes, floor, at, limit);
  if (start === at) return at;
  if (bytes[start] !== BACKSLASH) return characterEnd(bytes, start, limit);
  const end = escapeEnd(bytes, start, limit);
  return end < limit && pairStart(bytes, start, end, limit) === start ? escapeEnd(bytes, end, limit) : end;
}

/** The start of the escape that `at` stands inside, or `at`. */
function escapeStart(bytes: Uint8Array, floor: number, at: number): number {
  const least = Math.max(floor, at - ESCAPE + 1);
  for (let open = at - 1; open >= least; open--) {
    if (bytes[open] !== BACKSLASH) continue;
    return isOpener(bytes, floor, open) && escapeEnd(bytes, open, at + 1) > at ? open : at;
  }
  return at;
}

/** A backslash opens an escape when an even number of them stands ahead of it. */
function isOpener(bytes: Uint8Array, floor: number, at: number): boolean {
  let first = at;
  while (first > floor && bytes[first - 1] === BACKSLASH) first--;
  return ((at - first) & 1) === 0;
}

function escapeEnd(bytes: Uint8Array, open: number, limit: number): number {
  if (open + 1 >= limit || bytes[open + 1] !== LETTER_U) return Math.min(open + 2, limit);
  const most = Math.min(open + ESCAPE, limit);
  let end = open + 2;
  while (end < most && HEX[bytes[end]!] !== 255) end++;
  return end;
}

/** Where the surrogate pair begins whose second half opens at `at`; else `at`. */
function pairStart(bytes: Uint8Array, floor: number, at: number, known: number): number {
  const high = at - ESCAPE;
  if (high < floor || !isSurrogate(bytes, high, known, 0x8) || !isOpener(bytes, floor, high)) return at;
  return isSurrogate(bytes, at, known, 0xc) ? high : at;
}

/** `\ud8` to `\udb` (`from` 8) or `\udc` to `\udf` (`from` 12), as far as the bytes are known. */
function isSurrogate(bytes: Uint8Array, at: number, known: number, from: number): boolean {
  if (at < known && bytes[at] !== BACKSLASH) return false;
  if (at + 1 < known && bytes[at + 1] !== LETTER_U) return false;
  if (at + 2 < known && (bytes[at + 2]! | 32) !== 0x64) return false;
  if (at + 3 >= known) return true;
  const digit = HEX[bytes[at + 3]!]!;
  if (digit < from || digit >= from + 4) return false;
  for (let i = at + 4; i < at + ESCAPE && i < known; i++) if (HEX[bytes[i]!] === 255) return false;
  return true;
}

function characterStart(bytes: Uint8Array, floor: number, at: number): number {
  if ((bytes[at]! & 0xc0) !== 0x80) return at;
  for (let lead = at - 1; lead >= floor && lead > at - 4; lead--) {
    if ((bytes[lead]! & 0xc0) === 0x80) continue;
    return lead + width(bytes[lead]!) > at ? lead : at;
  }
  return at;
}

function characterEnd(bytes: Uint8Array, start: number, limit: number): number {
  const most = Math.min(start + width(bytes[start]!), limit);
  let end = start + 1;
  while (end < most && (bytes[end]! & 0xc0) === 0x80) end++;
  return end;
}

function width(lead: number): number {
  return lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}
