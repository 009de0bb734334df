import { endsNumber, NO_NUMBER, NUMBER_START, nextOfNumber } from './json-number.ts';

/** What a JSON token is; keys are strings. */
export const STRING = 1;
export const NUMBER = 2;

/** Called for each string (quotes included) and number token, in order. */
export interface TokenSink {
  token(kind: typeof STRING | typeof NUMBER, start: number, end: number): void;
}

/** What may come next. */
const VALUE = 0;
const VALUE_OR_END = 1;
const KEY = 2;
const KEY_OR_END = 3;
const COLON = 4;
const COMMA_OR_END = 5;
const DONE = 6;

const OBJECT = 1;
const ARRAY = 0;

/** Bytes of a string that need a look: the quote, the backslash, control bytes. */
const STOP = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 32 || byte === 0x22 || byte === 0x5c ? 1 : 0,
);

/**
 * A JSON (RFC 8259) lexer over bytes that checks the grammar and hands out the tokens that can hold a
 * secret. Nesting is bounded by memory only: a byte of a reused array a level. The grammar stands inline:
 * `JsonGrammar`, which can stop at any token, took 1.2 times as long here (built, medians of 11 in turn).
 */
export class JsonLexer {
  #stack = new Uint8Array(1024);

  /**
   * Walks `bytes[from, to)`, which holds values one behind the other with only white space between.
   * @returns false at the first byte that is not JSON; tokens before it have been handed out
   */
  walk(bytes: Uint8Array, from: number, to: number, sink: TokenSink): boolean {
    let depth = 0;
    let expect = VALUE;
    let at = from;
    while (at < to) {
      const byte = bytes[at]!;
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
        at++;
        continue;
      }
      if (expect === DONE) expect = VALUE;
      if (byte === 0x22) {
        const end = stringEnd(bytes, at, to);
        if (end === -1 || expect === COLON || expect === COMMA_OR_END) return false;
        sink.token(STRING, at, end);
        at = end;
        expect = expect === KEY || expect === KEY_OR_END ? COLON : depth === 0 ? DONE : COMMA_OR_END;
      } else if (byte === 0x7b || byte === 0x5b) {
        if (expect > VALUE_OR_END) return false;
        if (depth === this.#stack.length) this.#grow();
        this.#stack[depth++] = byte === 0x7b ? OBJECT : ARRAY;
        expect = byte === 0x7b ? KEY_OR_END : VALUE_OR_END;
        at++;
      } else if (byte === 0x7d || byte === 0x5d) {
        const wanted = byte === 0x7d ? OBJECT : ARRAY;
        const may = expect === COMMA_OR_END || expect === (wanted === OBJECT ? KEY_OR_END : VALUE_OR_END);
        if (!may || depth === 0 || this.#stack[depth - 1] !== wanted) return false;
        depth--;
        expect = depth === 0 ? DONE : COMMA_OR_END;
        at++;
      } else if (byte === 0x2c) {
        if (expect !== COMMA_OR_END) return false;
        expect = this.#stack[depth - 1] === OBJECT ? KEY : VALUE;
        at++;
      } else if (byte === 0x3a) {
        if (expect !== COLON) return false;
        expect = VALUE;
        at++;
      } else {
        if (expect > VALUE_OR_END) return false;
        const end = scalarEnd(bytes, at, to, sink);
        if (end === -1) return false;
        at = end;
        expect = depth === 0 ? DONE : COMMA_OR_END;
      }
    }
    return expect === DONE;
  }

  #grow(): void {
    const larger = new Uint8Array(this.#stack.length * 2);
    larger.set(this.#stack);
    this.#stack = larger;
  }
}

/** The index behind the closing quote of the string at `at`, or -1 when it is no valid string. */
function stringEnd(bytes: Uint8Array, at: number, to: number): number {
  let i = at + 1;
  for (;;) {
    while (i < to && STOP[bytes[i]!] === 0) i++;
    if (i >= to) return -1;
    const byte = bytes[i]!;
    if (byte === 0x22) return i + 1;
    if (byte !== 0x5c || i + 1 >= to) return -1;
    const letter = bytes[i + 1]!;
    if (letter === 0x75) {
      for (let k = 2; k < 6; k++) if (i + k >= to || !isHex(bytes[i + k]!)) return -1;
      i += 6;
    } else if ('"\\/bfnrt'.includes(String.fromCharCode(letter))) i += 2;
    else return -1;
  }
}

function isHex(byte: number): boolean {
  return (byte >= 48 && byte <= 57) || ((byte | 32) >= 97 && (byte | 32) <= 102);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 48 && byte <= 57;
}

const LITERALS = ['true', 'false', 'null'].map((word) => Uint8Array.from(word, (char) => char.charCodeAt(0)));

function scalarEnd(bytes: Uint8Array, at: number, to: number, sink: TokenSink): number {
  const byte = bytes[at]!;
  if (byte === 0x2d || isDigit(byte)) {
    const end = numberEnd(bytes, at, to);
    if (end !== -1) sink.token(NUMBER, at, end);
    return end;
  }
  for (const word of LITERALS) {
    if (word[0] !== byte || at + word.length > to) continue;
    for (let i = 1; i < word.length; i++) if (bytes[at + i] !== word[i]) return -1;
    return at + word.length;
  }
  return -1;
}

function numberEnd(bytes: Uint8Array, at: number, to: number): number {
  let state = NUMBER_START;
  let i = at;
  for (; i < to; i++) {
    const next = nextOfNumber(state, bytes[i]!);
    if (next === NO_NUMBER) break;
    state = next;
  }
  if (!endsNumber(state)) return -1;
  // `2024-01` is no two numbers.
  return i < to && (isDigit(bytes[i]) || bytes[i] === 0x2d) ? -1 : i;
}
