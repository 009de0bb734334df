import type { Actions } from './actions/action.ts';
import { flipCase } from './variants/flip-case.ts';

const LF = 10;
/** What may stand between a text and a placeholder without being part of either; the first that no value holds at its edge is taken. */
const GUARDS = Buffer.from('~*.|_-:');
/** The last bytes of an escape (`%5E`, `\u005e`, `\n`, `&gt;`), of a colour (`m`) and of a space that is spelt `+`. */
const ENDS_AN_ESCAPE = /[0-9A-Za-z;+]/;
/** The first bytes of an escape. */
const OPENS_AN_ESCAPE = Buffer.from('%\\&+\x1b');
/** Stands for a finding when a placeholder is made only to look at its ends. */
const SAMPLE = new Uint8Array(32);

/**
 * A value may end as every placeholder begins: with the value `3ZwGmto[`, the text `3ZwGmto` ahead of
 * `[REDACTED:other]` would read as the value. Seams tell where one byte goes between the two.
 */
export interface Seams {
  /** The placeholders that this is about begin and end so. */
  readonly first: number;
  readonly last: number;
  /** By byte, 1 where the guard goes between it and a placeholder behind it. */
  readonly ahead: Uint8Array;
  /** By byte, 1 where the guard goes between a placeholder and it. */
  readonly behind: Uint8Array;
  readonly guard: number;
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
  const opening = one.subarray(0, commonStart(one, other));
  const closing = one.slice(one.length - commonStart(one.slice().reverse(), other.slice().reverse()));
  if (opening.length === 0 || closing.length === 0) return null;
  const ahead = new Uint8Array(256);
  const behind = new Uint8Array(256);
  const edges: Uint8Array[] = [];
  for (const value of values)
    for (const line of withLines(value)) {
      const end = line.length - endsLike(line, opening);
      if (end < line.length) mark(ahead, line[end - 1]!);
      const start = beginsLike(line, closing);
      if (start > 0) mark(behind, line[start]!);
      if (end < line.length || start > 0) edges.push(line);
    }
  if (edges.length === 0) return null;
  if (ahead.includes(1)) for (let byte = 0; byte < 128; byte++) if (endsEscape(byte)) ahead[byte] = 1;
  if (behind.includes(1)) for (const byte of OPENS_AN_ESCAPE) behind[byte] = 1;
  const guard = GUARDS.find((byte) => edges.every((edge) => !edge.includes(byte))) ?? GUARDS[0]!;
  return { first: opening[0]!, last: closing.at(-1)!, ahead, behind, guard };
}

/** `bytes`, the replacement of `haystack[start, end)`, with the guard where it needs one; `limit` is the end of what is known. */
export function guarded(
  seams: Seams,
  bytes: Uint8Array,
  haystack: Uint8Array,
  start: number,
  end: number,
  limit: number,
): Uint8Array {
  // A placeholder that was cut off for length has none of its bytes here, only its end.
  const opens = bytes.length > 0 && bytes[0] === seams.first && start > 0;
  const closes = bytes.length === 0 || bytes.at(-1) === seams.last;
  const before = opens && seams.ahead[haystack[start - 1]!] === 1;
  const after = closes && end < limit && seams.behind[haystack[end]!] === 1;
  if (!before && !after) return bytes;
  const wide = new Uint8Array(bytes.length + Number(before) + Number(after)).fill(seams.guard);
  wide.set(bytes, before ? 1 : 0);
  return wide;
}

function placeholderOf(actions: Actions, rule: number): Uint8Array {
  return Uint8Array.from(actions.of(rule).replace(rule, SAMPLE, 0, SAMPLE.length));
}

function commonStart(one: Uint8Array, other: Uint8Array): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
}

/** The value and, where it has several, each of its lines. */
function* withLines(value: Uint8Array): Generator<Uint8Array> {
  let from = 0;
  for (let lf = value.indexOf(LF); lf !== -1; lf = value.indexOf(LF, from)) {
    yield trimmed(value.subarray(from, lf));
    from = lf + 1;
  }
  if (from > 0) yield trimmed(value.subarray(from));
  yield trimmed(value);
}

function trimmed(line: Uint8Array): Uint8Array {
  let from = 0;
  let to = line.length;
  while (from < to && line[from]! <= 0x20) from++;
  while (to > from && line[to - 1]! <= 0x20) to--;
  return line.subarray(from, to);
}

/** How many bytes at the line's end are the first of `opening`; 0 for none. Something must stand ahead of them. */
function endsLike(line: Uint8Array, opening: Uint8Array): number {
  for (let size = Math.min(opening.length, line.length - 1); size > 0; size--)
    if (opening.subarray(0, size).every((byte, i) => line[line.length - size + i] === byte)) return size;
  return 0;
}

/** How many bytes at the line's start are the last of `closing`; 0 for none. */
function beginsLike(line: Uint8Array, closing: Uint8Array): number {
  for (let size = Math.min(closing.length, line.length - 1); size > 0; size--)
    if (closing.subarray(closing.length - size).every((byte, i) => line[i] === byte)) return size;
  return 0;
}

function mark(flags: Uint8Array, byte: number): void {
  flags[byte] = 1;
  for (const first of [0x41, 0x61])
    for (const [flipped] of flipCase(Uint8Array.of(byte), first)) flags[flipped!] = 1;
}

function endsEscape(byte: number): boolean {
  return ENDS_AN_ESCAPE.test(String.fromCharCode(byte));
}
