import { distance } from 'fastest-levenshtein';
import type { Secret } from './secret.ts';
import type { SpanList } from './span-list.ts';
import { CUT, NEAR, NEAR_HEAD, NEAR_TAIL } from './spelling.ts';
import type { Needle } from './variants/variant.ts';

/** Shorter values have too many neighbours, longer ones are no one's typing. */
const NEAR_MIN = 12;
const NEAR_MAX = 128;
const WINDOW = 8;
/** From this length on two edits are one value mistyped, below it one. */
const TWO_EDITS_FROM = 16;
/** A value cut short counts when at least a quarter of it stands there (and the window's 8 bytes). */
const CUT_SHARE = 4;

/** Bytes that end the token a mistyped value stands in. */
const ENDS_TOKEN = new Uint8Array(256);
/** Bytes a detector or a near miss may look back over: the carry holds a run of them. */
export const TOKEN = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const char = String.fromCharCode(byte);
  ENDS_TOKEN[byte] = byte <= 32 || '"\'`,;<>()[]{}&\\'.includes(char) ? 1 : 0;
  TOKEN[byte] = /[A-Za-z0-9_\-+/=~:@%]/.test(char) ? 1 : 0;
}

/** What loggers put where they cut: an ellipsis, dots, stars. */
const CUT_MARKS = ['\u2026', '...', '**'].map((mark) => Buffer.from(mark));
const CUT_MARK_MAX = 3;

/** The first and the last 8 bytes of each value that may be mistyped, as needles that only wake `NearMisses`; in the values' own memory. */
export function nearNeedles(values: readonly Uint8Array[]): Needle[] {
  const needles: Needle[] = [];
  values.forEach((bytes, secret) => {
    if (bytes.length < NEAR_MIN || bytes.length > NEAR_MAX || bytes.some((byte) => ENDS_TOKEN[byte] === 1))
      return;
    needles.push({ bytes: bytes.subarray(0, WINDOW), secret, variant: NEAR_HEAD });
    needles.push({ bytes: bytes.subarray(bytes.length - WINDOW), secret, variant: NEAR_TAIL });
  });
  return needles;
}

/**
 * Decides near misses: the first or the last 8 bytes of a known value stand there and the token they stand
 * in is the value mistyped, or its beginning with a mark that says the rest was cut.
 */
export class NearMisses {
  /** No undecided near miss begins before this; the caller resets it. */
  holdFrom = 0;
  /** The most bytes ahead of a window that a near miss takes. */
  readonly before = NEAR_MAX + 2;
  readonly #secrets: readonly Secret[];

  constructor(secrets: readonly Secret[]) {
    this.#secrets = secrets;
  }

  /** Looks at the value whose head or tail window stands at `at`; pushes a span, moves `holdFrom`, or neither. */
  check(haystack: Uint8Array, at: number, variant: number, around: Around, spans: SpanList): void {
    const value = this.#secrets[around.secret]!.reveal();
    const slack = value.length < TWO_EDITS_FROM ? 1 : 2;
    if (variant === NEAR_HEAD) this.#checkHead(haystack, at, value, slack, around, spans);
    else this.#checkTail(haystack, at + WINDOW, value, slack, around, spans);
  }

  #checkHead(
    haystack: Uint8Array,
    start: number,
    value: Uint8Array,
    slack: number,
    around: Around,
    spans: SpanList,
  ): void {
    const most = Math.min(around.end, start + value.length + slack + CUT_MARK_MAX);
    let end = start + WINDOW;
    while (end < most && ENDS_TOKEN[haystack[end]!] === 0) end++;
    if (end === around.end && around.more) {
      this.holdFrom = Math.min(this.holdFrom, start);
      return;
    }
    if (start + value.length <= end && endsWith(haystack, start + value.length, value)) return;
    const cut = cutLength(haystack, start, end, value);
    if (cut > 0) spans.push(start, start + cut, around.secret, around.view * 64 + CUT);
    else this.#compare(haystack, start, end, value, slack, around, spans);
  }

  #checkTail(
    haystack: Uint8Array,
    end: number,
    value: Uint8Array,
    slack: number,
    around: Around,
    spans: SpanList,
  ): void {
    const most = end - value.length - slack;
    let start = end - WINDOW;
    while (start > around.floor && start > most && TOKEN[haystack[start - 1]!] === 1) start--;
    if (end === around.end && around.more) {
      this.holdFrom = Math.min(this.holdFrom, start);
      return;
    }
    if (end < around.end && ENDS_TOKEN[haystack[end]!] === 0) return;
    if (end - value.length >= around.floor && endsWith(haystack, end, value)) return;
    // In `password=...` the token's run begins ahead of the value: any word boundary near its length will do.
    for (let from = Math.max(start, most); from <= end - value.length + slack; from++) {
      if (from > around.floor && isWordByte(haystack[from - 1]!)) continue;
      if (this.#compare(haystack, from, end, value, slack, around, spans)) return;
    }
  }

  #compare(
    haystack: Uint8Array,
    start: number,
    end: number,
    value: Uint8Array,
    slack: number,
    around: Around,
    spans: SpanList,
  ): boolean {
    if (Math.abs(end - start - value.length) > slack) return false;
    if (!mayBeNear(haystack, start, end, value, slack)) return false;
    if (distance(disguise(haystack, start, end), disguise(value, 0, value.length)) > slack) return false;
    spans.push(start, end, around.secret, around.view * 64 + NEAR);
    return true;
  }
}

/**
 * False only when the distance is more than `slack`: an edit touches one pair of the value's bytes, and each
 * other pair stands in the text, at most `slack` bytes from its place. A tenth of what the distance costs.
 */
function mayBeNear(
  haystack: Uint8Array,
  start: number,
  end: number,
  value: Uint8Array,
  slack: number,
): boolean {
  let touched = 0;
  for (let pair = 0; pair + 1 < value.length; pair += 2) {
    const first = value[pair]!;
    const second = value[pair + 1]!;
    let at = Math.max(start, start + pair - slack);
    const last = Math.min(end - 2, start + pair + slack);
    while (at <= last && (haystack[at] !== first || haystack[at + 1] !== second)) at++;
    if (at > last && ++touched > slack) return false;
  }
  return true;
}

/** The value itself stands there: the needles' matter. */
function endsWith(haystack: Uint8Array, end: number, value: Uint8Array): boolean {
  let i = 1;
  while (i <= value.length && haystack[end - i] === value[value.length - i]) i++;
  return i > value.length;
}

function isWordByte(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || ((byte | 32) >= 97 && (byte | 32) <= 122);
}

/** What `check` needs to know besides the window. */
export interface Around {
  secret: number;
  /** The first byte that may be looked at, and the first that may be found. */
  floor: number;
  from: number;
  end: number;
  more: boolean;
  view: number;
}

/** Bytes of the value that stand at `start`, if a mark that something was cut follows them; else 0. */
function cutLength(haystack: Uint8Array, start: number, end: number, value: Uint8Array): number {
  let length = WINDOW;
  while (start + length < end && length < value.length && haystack[start + length] === value[length])
    length++;
  if (length * CUT_SHARE < value.length || length === value.length) return 0;
  for (const mark of CUT_MARKS) {
    let i = 0;
    while (i < mark.length && haystack[start + length + i] === mark[i]) i++;
    if (i === mark.length && start + length + i <= end) return length;
  }
  return 0;
}

/**
 * The library compares strings, and a string cannot be wiped: each byte becomes another character, one to
 * one, so that distances stay and no string in the heap spells a value.
 */
function disguise(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) text += String.fromCharCode(0x3400 + bytes[i]! * 7);
  return text;
}
