import type { Actions } from './actions/action.ts';
import { safeLabel } from './actions/placeholder.ts';
import { flipCase } from './variants/flip-case.ts';
import { cutLines } from './variants/lines.ts';
import { trimBlanks } from './variants/trim.ts';

/** The last bytes of an escape (`%5E`, `\u005e`, `\n`, `&gt;`), of a colour (`m`), of a space spelt `+`, and the first of `\[`. */
const ENDS_AN_ESCAPE = /[0-9A-Za-z;+\\]/;
/** The first bytes of an escape. */
const OPENS_AN_ESCAPE = Buffer.from('%\\&+\x1b');
/** Longest escape that is looked for at a text's end: `\\\\\\u005e`, `&#x0000005e;`, `\x1b[38;5;208m`. */
const LONGEST_ESCAPE = 16;
const EXACTLY = 1;
const AS_ESCAPE = 2;
/** Stands for a finding when a placeholder is made only to look at its ends. */
const SAMPLE = new Uint8Array(32);

/**
 * A value may end as every placeholder begins: with the value `3ZwGmto[`, the text `3ZwGmto` ahead of
 * `[REDACTED:other]` reads as the value. Seams tell beside which bytes that can happen.
 */
export interface Seams {
  /** By byte, whether it may end what a placeholder behind it completes: EXACTLY, or as the last one of an escape. */
  readonly ahead: Uint8Array;
  /** By byte, not 0 where it may begin what a placeholder ahead of it completes. */
  readonly behind: Uint8Array;
  /** How every placeholder begins. */
  readonly opening: Uint8Array;
  /** Some value begins as placeholders end: what comes behind one decides. */
  readonly begins: boolean;
}

/**
 * The seams of a set of values, or null when none of them begins or ends like a placeholder (nearly always).
 * Bytes that may end or begin an escape are taken for every spelling of the byte they may stand for.
 * @param rules how many rules `actions` knows
 */
export function findSeams(values: readonly Uint8Array[], actions: Actions, rules: number): Seams | null {
  if (rules === 0) return null;
  const one = placeholderOf(actions, 0);
  const other = placeholderOf(actions, rules - 1);
  const opening = one.slice(0, commonStart(one, other));
  const closing = one.slice(one.length - commonStart(one.slice().reverse(), other.slice().reverse()));
  if (opening.length === 0 && closing.length === 0) return null;
  const ahead = new Uint8Array(256);
  const behind = new Uint8Array(256);
  for (const value of values) {
    // Nearly all values hold neither byte, and 10,000 of them are looked at while a stream waits.
    if (!value.includes(opening[0]!) && !value.includes(closing.at(-1)!)) continue;
    // A line of a value may be sought alone.
    for (const line of [trimBlanks(value), ...cutLines(value)]) {
      for (const end of endsBefore(line, opening)) mark(ahead, line[end - 1]!);
      for (const start of beginsBehind(line, closing)) mark(behind, line[start]!);
    }
  }
  const ends = ahead.includes(EXACTLY);
  const begins = behind.includes(EXACTLY);
  if (!ends && !begins) return null;
  if (ends) for (let byte = 0; byte < 128; byte++) if (endsEscape(byte)) ahead[byte] ||= AS_ESCAPE;
  if (begins) for (const byte of OPENS_AN_ESCAPE) behind[byte] ||= AS_ESCAPE;
  return { ahead, behind, opening, begins };
}

/** Whether text that ends ahead of `end` may be completed there. */
export function mayEnd({ ahead }: Seams, haystack: Uint8Array, end: number): boolean {
  const kind = ahead[haystack[end - 1]!]!;
  if (kind !== AS_ESCAPE) return kind === EXACTLY;
  for (let at = end - 1; at >= 0 && at >= end - LONGEST_ESCAPE; at--)
    if (OPENS_AN_ESCAPE.includes(haystack[at]!)) return true;
  return false;
}

function placeholderOf(actions: Actions, rule: number): Uint8Array {
  return Uint8Array.from(actions.of(rule).replace(rule, SAMPLE, 0, SAMPLE.length));
}

function commonStart(one: Uint8Array, other: Uint8Array): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

/**
 * Where the rest of the line reads as a placeholder begins: as `opening`, as far as both go. Labels differ, so what
 * comes behind it may be anything. Something must stand ahead.
 */
function* endsBefore(line: Uint8Array, opening: Uint8Array): Generator<number> {
  if (opening.length === 0) return;
  for (let at = line.indexOf(opening[0]!, 1); at !== -1; at = line.indexOf(opening[0]!, at + 1)) {
    const most = Math.min(opening.length, line.length - at);
    let same = 1;
    while (same < most && opening[same] === line[at + same]) same++;
    if (same === most) yield at;
  }
}

/** Where the line up to there reads as a placeholder ends: as `closing`, backwards, as far as both go. */
function* beginsBehind(line: Uint8Array, closing: Uint8Array): Generator<number> {
  const last = closing.length - 1;
  if (last < 0) return;
  for (let at = line.indexOf(closing[last]!); at !== -1; at = line.indexOf(closing[last]!, at + 1)) {
    if (at === line.length - 1) return;
    const most = Math.min(last, at);
    let same = 1;
    while (same <= most && closing[last - same] === line[at - same]) same++;
    // What is left stands where the label does.
    if (same > most && line.subarray(0, at - most).every(mayBeLabel)) yield at + 1;
  }
}

function mayBeLabel(byte: number): boolean {
  const char = String.fromCharCode(byte);
  return safeLabel(char) === char;
}

function mark(flags: Uint8Array, byte: number): void {
  flags[byte] = EXACTLY;
  for (const first of [0x41, 0x61])
    for (const [flipped] of flipCase(Uint8Array.of(byte), first)) flags[flipped!] = EXACTLY;
}

function endsEscape(byte: number): boolean {
  return ENDS_AN_ESCAPE.test(String.fromCharCode(byte));
}
