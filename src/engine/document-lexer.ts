import { CLOSED, JsonGrammar, OPENED, REFUSED } from './json-grammar.ts';
import { endsNumber, isNumber, NO_NUMBER, NUMBER_START, nextOfNumber } from './json-number.ts';

const LF = 10;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** Bytes of a string looked at one by one before a native search, which costs about as much as 40 of them. */
const NEAR = 40;
/** What a token is. */
export const KEY = 0;
export const STRING = 1;
export const NUMBER = 2;
export type TokenKind = typeof KEY | typeof STRING | typeof NUMBER;

/** Where the lexer stands: outside tokens, in a string, in a word or number, in a number over the limit, in broken JSON. */
export const BETWEEN = 0;
export const IN_STRING = 1;
export const IN_WORD = 2;
export const IN_LONG_NUMBER = 3;
export const IN_TEXT = 4;

/** What a byte outside strings is. */
const WORD = 0;
const BLANK = 1;
const OPENS_STRING = 2;
const STRUCTURE = 3;
const KINDS = new Uint8Array(256);
for (const char of ' \t\r\n') KINDS[char.charCodeAt(0)] = BLANK;
for (const char of '{}[],:') KINDS[char.charCodeAt(0)] = STRUCTURE;
KINDS[QUOTE] = OPENS_STRING;

const STOPS = new Uint8Array(256);
STOPS[QUOTE] = STOPS[BACKSLASH] = STOPS[LF] = 1;

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');
const LONGEST_WORD = 5;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** Told of what the lexer passes, in order. Positions are indices of the bytes it was given. */
export interface DocumentSink {
  /** A key or value, quotes included. One that ends at or before `wake` is left out, unless all are asked for. */
  token(kind: TokenKind, start: number, end: number): void;
  /** A string that a line end breaks off, at `end`. Left out as tokens are. */
  torn(start: number, end: number): void;
  /** Broken JSON up to a line end. Left out as tokens are. */
  text(start: number, end: number): void;
  /** A container opened, the `depth`-th around; told only when all is asked for, as is `closed`. */
  opened(object: boolean, depth: number): void;
  /** @param at behind its last byte */
  closed(depth: number, at: number): void;
  /** A top-level value, or a line of broken JSON, ended. */
  ended(at: number): void;
  /** The value in hand is no JSON from here on. */
  broke(): void;
}

/**
 * A JSON (RFC 8259) lexer for values one behind the other, with or without white space between, that can
 * stop at any byte and go on later. Each byte is looked at once. Strings are taken leniently (any escape, any
 * control byte but LF), the grammar around them strictly: what it does not allow, and what follows, is text up
 * to the next LF; there a new value may begin, so that one bad line of a `_bulk` leaves the others JSON.
 */
export class DocumentLexer {
  state: number = BETWEEN;
  /** Everything before has been lexed. */
  at = 0;
  /** Where the token, or broken text, in hand began; before 0 when the buffer has moved on. */
  tokenStart = 0;
  isKey = false;
  /** See `DocumentSink.token`. */
  wake = 0;
  readonly #sink: DocumentSink;
  readonly #limit: number;
  readonly #all: boolean;
  readonly #grammar = new JsonGrammar();
  /** The byte at `at` stands behind a backslash. */
  #escaped = false;
  #number = NUMBER_START;
  #known: Buffer = Buffer.alloc(0);
  /** The first LF at or behind the last place asked for. */
  #lf = -1;

  /**
   * @param limit a number of more bytes is passed in pieces (IN_LONG_NUMBER)
   * @param all tell of every token and container
   */
  constructor(sink: DocumentSink, limit: number, all: boolean) {
    this.#sink = sink;
    this.#limit = Math.max(limit, LONGEST_WORD);
    this.#all = all;
  }

  /** Goes on to `to`; the bytes from `at`, and those of a word in hand, must be there. */
  run(bytes: Buffer, to: number): void {
    this.#known = bytes.subarray(0, to);
    this.#lf = -1;
    while (this.at < to) {
      if (this.state === BETWEEN) this.#between(to);
      else if (this.state === IN_STRING) this.at = this.#string(this.at, to);
      else if (this.state === IN_WORD) this.at = this.#word(this.at, to);
      else if (this.state === IN_LONG_NUMBER) this.at = this.#longNumber(this.at, to);
      else this.at = this.#text(this.at, to);
    }
  }

  /** Nothing comes behind `at`: a word or number ends there. */
  finish(bytes: Buffer): void {
    this.#known = bytes.subarray(0, this.at);
    if (this.state === IN_WORD) this.at = this.#endWord(this.at);
    else if (this.state === IN_LONG_NUMBER) this.at = this.#endLongNumber(this.at);
  }

  /** The buffer moved `by` bytes to the front. */
  shift(by: number): void {
    this.at -= by;
    this.tokenStart -= by;
  }

  /** Containers around. */
  get depth(): number {
    return this.#grammar.depth;
  }

  #between(to: number): void {
    const bytes = this.#known;
    let at = this.at;
    while (at < to && this.state === BETWEEN) {
      const kind = KINDS[bytes[at]!]!;
      if (kind === BLANK) at++;
      else if (kind === OPENS_STRING) at = this.#openString(at, to);
      else if (kind === STRUCTURE) at = this.#structure(bytes[at]!, at);
      else at = this.#openWord(at, to);
    }
    this.at = at;
  }

  #openString(at: number, to: number): number {
    if (!this.#grammar.takesString) return this.#break(at);
    this.tokenStart = at;
    this.isKey = this.#grammar.wantsKey;
    // Nearly every string is short and without escapes: its end is found here, 1.5 times as fast.
    const bytes = this.#known;
    const near = Math.min(to, at + NEAR);
    let end = at + 1;
    while (end < near && STOPS[bytes[end]!] === 0) end++;
    if (end < near && bytes[end] === QUOTE) return this.#endString(end + 1);
    this.state = IN_STRING;
    return this.#string(end, to);
  }

  #openWord(at: number, to: number): number {
    if (!this.#grammar.takesValue) return this.#break(at);
    this.tokenStart = at;
    this.state = IN_WORD;
    return this.#word(at, to);
  }

  #structure(byte: number, at: number): number {
    const grammar = this.#grammar;
    const outcome = grammar.structure(byte);
    if (outcome === REFUSED) return this.#break(at);
    if (this.#all && outcome === OPENED) this.#sink.opened(grammar.inObject, grammar.depth);
    if (outcome === CLOSED) {
      if (this.#all) this.#sink.closed(grammar.depth + 1, at + 1);
      this.#valueEnded(at + 1);
    }
    return at + 1;
  }

  #valueEnded(end: number): void {
    this.state = BETWEEN;
    this.#grammar.value();
    if (this.#grammar.depth === 0) this.#sink.ended(end);
  }

  /** Goes on in a string. @returns where it stopped: behind the closing quote, at a line end, or at `to` */
  #string(from: number, to: number): number {
    const bytes = this.#known;
    let at = from;
    if (this.#escaped) {
      this.#escaped = false;
      if (bytes[at] !== LF) at++;
    }
    for (;;) {
      const near = Math.min(to, at + NEAR);
      let clean = true;
      while (at < near) {
        const byte = bytes[at]!;
        if (STOPS[byte] === 0) at++;
        else if (byte === QUOTE) return this.#endString(at + 1);
        else if (byte === LF) return this.#tear(at);
        else {
          clean = false;
          at++;
          if (at === to) this.#escaped = true;
          else if (bytes[at] !== LF) at++;
        }
      }
      if (at >= to) return to;
      // Where one escape is, more are: they are not worth a native search each.
      if (clean) at = this.#hop(at, to);
      if (this.state !== IN_STRING || at === to) return at;
    }
  }

  /** As `#string`, over a longer stretch; may stop behind an escaped quote too. */
  #hop(from: number, to: number): number {
    const bytes = this.#known;
    const quote = bytes.indexOf(QUOTE, from);
    const end = quote === -1 ? to : quote;
    const lf = this.#nextLf(from, to);
    if (lf < end) return this.#tear(lf);
    let first = end;
    while (first > from && bytes[first - 1] === BACKSLASH) first--;
    const escaped = ((end - first) & 1) === 1;
    if (quote === -1) this.#escaped = escaped;
    if (quote === -1 || escaped) return Math.min(end + 1, to);
    return this.#endString(end + 1);
  }

  #nextLf(from: number, to: number): number {
    if (this.#lf < from) {
      const found = this.#known.indexOf(LF, from);
      this.#lf = found === -1 ? to : found;
    }
    return this.#lf;
  }

  #endString(end: number): number {
    if (this.#all || end > this.wake) this.#sink.token(this.isKey ? KEY : STRING, this.tokenStart, end);
    if (this.isKey) {
      this.state = BETWEEN;
      this.#grammar.key();
    } else this.#valueEnded(end);
    return end;
  }

  #tear(at: number): number {
    if (this.#all || at > this.wake) this.#sink.torn(this.tokenStart, at);
    return this.#break(at);
  }

  #word(from: number, to: number): number {
    const bytes = this.#known;
    let at = from;
    while (at < to && KINDS[bytes[at]!] === WORD) at++;
    return at < to || at - this.tokenStart > this.#limit ? this.#endWord(at) : at;
  }

  /** The word in hand ends at `end`, or is over the limit there. @returns where to go on */
  #endWord(end: number): number {
    const bytes = this.#known;
    const from = this.tokenStart;
    if (end - from > this.#limit) {
      this.state = IN_LONG_NUMBER;
      this.#number = NUMBER_START;
      return this.#longNumber(from, end);
    }
    if (isNumber(bytes, from, end)) return this.#endNumber(end);
    if (isLiteral(bytes, from, end)) this.#valueEnded(end);
    else if (this.#grammar.depth === 0 && isWord(bytes, from, end, BYTE_ORDER_MARK)) this.state = BETWEEN;
    else return this.#break(from);
    return end;
  }

  #endNumber(end: number): number {
    if (this.#all || end > this.wake) this.#sink.token(NUMBER, this.tokenStart, end);
    this.#valueEnded(end);
    return end;
  }

  #longNumber(from: number, to: number): number {
    const bytes = this.#known;
    let at = from;
    for (; at < to && KINDS[bytes[at]!] === WORD; at++) {
      const next = nextOfNumber(this.#number, bytes[at]!);
      if (next === NO_NUMBER) return this.#endLongNumber(at);
      this.#number = next;
    }
    return at < bytes.length && KINDS[bytes[at]!] !== WORD ? this.#endLongNumber(at) : at;
  }

  #endLongNumber(end: number): number {
    const bytes = this.#known;
    const whole = endsNumber(this.#number) && (end >= bytes.length || KINDS[bytes[end]!] !== WORD);
    if (whole) return this.#endNumber(end);
    if (this.#all || end > this.wake) this.#sink.token(NUMBER, this.tokenStart, end);
    return this.#break(end);
  }

  #text(from: number, to: number): number {
    const lf = this.#nextLf(from, to);
    if (lf === to) return to;
    if (this.#all || lf > this.wake) this.#sink.text(this.tokenStart, lf);
    this.#valueEnded(lf);
    return lf;
  }

  /** From `at` on to the next LF there is text. @returns `at` */
  #break(at: number): number {
    this.state = IN_TEXT;
    this.tokenStart = at;
    this.#grammar.reset();
    this.#sink.broke();
    return at;
  }
}

function isLiteral(bytes: Uint8Array, from: number, to: number): boolean {
  const first = bytes[from];
  return isWord(bytes, from, to, first === TRUE[0] ? TRUE : first === FALSE[0] ? FALSE : NULL);
}

function isWord(bytes: Uint8Array, from: number, to: number, word: Uint8Array): boolean {
  if (to - from !== word.length) return false;
  for (let i = 0; i < word.length; i++) if (bytes[from + i] !== word[i]) return false;
  return true;
}
