import { INCOMPLETE, readHex, type View, type ViewSource } from './view.ts';

const BACKSLASH = 0x5c;
const ESC = 0x1b;
/** Longest control sequence taken for one, ESC and final byte included; longer ones are text. */
export const CSI_MAX = 64;

/** What `\c` stands for in JSON, C, Go, Python and shell `$'...'`: another byte, or c itself; or something of its own. */
const OTHERWISE = 256;
const SIMPLE = Uint16Array.from({ length: 256 }, (_, byte) => byte);
for (const letter of '\n\r01234567uUx') SIMPLE[letter.charCodeAt(0)] = OTHERWISE;
for (const [letter, byte] of Object.entries({ n: 10, t: 9, r: 13, b: 8, f: 12, v: 11, a: 7, e: 27, E: 27 })) {
  SIMPLE[letter.charCodeAt(0)] = byte;
}

/**
 * Undoes one level of backslash escapes (`\n`, `\uXXXX` with surrogate pairs, `\UXXXXXXXX`, `\xXX`, octal,
 * and `\c` for any other c, as shells write it) and hides ANSI control sequences (ECMA-48 CSI).
 * A backslash before a line end stays.
 */
export function decodeEscapes(source: ViewSource, more: boolean, view: View): void {
  const { bytes, to, openers } = source;
  let at = source.from;
  while (at < to) {
    const next = openers.next(bytes, at, to, BACKSLASH, ESC);
    if (next > at) view.run(source, at, next);
    if (next === to) return;
    at =
      bytes[next] === ESC ? hideControl(source, next, more, view) : decodeBackslash(source, next, more, view);
    if (at === INCOMPLETE) {
      view.suspend(next);
      return;
    }
  }
}

/** Hides ANSI control sequences and nothing else: a value that holds backslashes may be coloured too. */
export function hideControls(source: ViewSource, more: boolean, view: View): void {
  const { bytes, to, openers } = source;
  let at = source.from;
  while (at < to) {
    const next = openers.next(bytes, at, to, ESC, ESC);
    if (next > at) view.run(source, at, next);
    if (next === to) return;
    at = hideControl(source, next, more, view);
    if (at === INCOMPLETE) {
      view.suspend(next);
      return;
    }
  }
}

/** @returns the source index behind the sequence, or INCOMPLETE. */
function hideControl({ bytes, to }: ViewSource, at: number, more: boolean, view: View): number {
  const end = controlEnd(bytes, at, to);
  if (end === INCOMPLETE && more) return INCOMPLETE;
  if (end <= at) {
    view.token(ESC, at, at + 1);
    return at + 1;
  }
  view.changed = true;
  view.hide(at, end);
  return end;
}

/**
 * Where the control sequence ends that the ESC at `at` opens; INCOMPLETE when `to` comes before its end may, and `at`
 * when it opens none.
 */
export function controlEnd(bytes: Uint8Array, at: number, to: number): number {
  let next = at + 1;
  if (next === to) return INCOMPLETE;
  if (bytes[next] !== 0x5b) return at;
  next++;
  const limit = Math.min(to, at + CSI_MAX);
  while (next < limit && bytes[next]! >= 0x20 && bytes[next]! <= 0x3f) next++;
  if (next === to && next < at + CSI_MAX) return INCOMPLETE;
  return next < limit && bytes[next]! >= 0x40 && bytes[next]! <= 0x7e ? next + 1 : at;
}

function decodeBackslash(source: ViewSource, at: number, more: boolean, view: View): number {
  const { bytes, to } = source;
  if (at + 1 >= to) {
    if (more) return INCOMPLETE;
    view.token(BACKSLASH, at, at + 1);
    return at + 1;
  }
  const letter = bytes[at + 1]!;
  const byte = SIMPLE[letter]!;
  if (byte === OTHERWISE) return decodeOther(source, at, more, view);
  view.changed = true;
  view.token(byte, at, at + 2);
  return at + 2;
}

/** A line end ends no escape; digits take more than one byte. */
function decodeOther(source: ViewSource, at: number, more: boolean, view: View): number {
  const letter = source.bytes[at + 1]!;
  if (letter === 10 || letter === 13) {
    view.token(BACKSLASH, at, at + 1);
    return at + 1;
  }
  view.changed = true;
  return letter >= 48 && letter <= 55
    ? unescapeOctal(source, at, more, view)
    : unescapeHex(source, at, more, view);
}

/** `\xXX` is a byte, `\uXXXX` and `\UXXXXXXXX` are code points; anything else drops the backslash alone. */
function unescapeHex(source: ViewSource, at: number, more: boolean, view: View): number {
  const letter = source.bytes[at + 1]!;
  const digits = letter === 0x75 ? 4 : letter === 0x78 ? 2 : 8;
  const code = readHex(source, at + 2, digits, more);
  if (code === INCOMPLETE) return INCOMPLETE;
  if (code < 0 || code > 0x10ffff) {
    view.token(letter, at, at + 2);
    return at + 2;
  }
  const next = at + 2 + digits;
  if (digits === 2) {
    view.token(code, at, next);
    return next;
  }
  if (digits === 4 && code >= 0xd800 && code < 0xdc00) {
    const low = readLowSurrogate(source, next, more);
    if (low === INCOMPLETE) return INCOMPLETE;
    if (low > 0) {
      view.codePoint(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00), at, next + 6);
      return next + 6;
    }
  }
  view.codePoint(code, at, next);
  return next;
}

function readLowSurrogate(source: ViewSource, at: number, more: boolean): number {
  const { bytes, to } = source;
  if (at >= to) return more ? INCOMPLETE : -2;
  if (bytes[at] !== BACKSLASH) return -2;
  if (at + 1 >= to) return more ? INCOMPLETE : -2;
  if (bytes[at + 1] !== 0x75) return -2;
  const low = readHex(source, at + 2, 4, more);
  return low === INCOMPLETE || (low >= 0xdc00 && low < 0xe000) ? low : -2;
}

function unescapeOctal(source: ViewSource, at: number, more: boolean, view: View): number {
  const { bytes, to } = source;
  let value = 0;
  let next = at + 1;
  while (next < at + 4 && next < to && bytes[next]! >= 48 && bytes[next]! <= 55) {
    value = value * 8 + bytes[next]! - 48;
    next++;
  }
  if (next === to && next < at + 4 && more) return INCOMPLETE;
  view.token(value & 255, at, next);
  return next;
}
