const BACKSLASH = 0x5c;
const QUOTE = 0x22;

/** What `\c` stands for in JSON; other letters, which JSON does not know, stand for themselves. */
const SIMPLE = new Uint8Array(256);
for (const [letter, byte] of Object.entries({ n: 10, t: 9, r: 13, b: 8, f: 12 })) {
  SIMPLE[letter.charCodeAt(0)] = byte;
}

/**
 * Walks the content of a JSON string (RFC 8259 section 7) one token at a time: an escape sequence, a
 * surrogate pair, a UTF-8 character, or a byte that is none of these. Reused.
 */
export class StringWalker {
  /** The token's decoded bytes: `decoded[0, width)`. */
  readonly decoded = new Uint8Array(4);
  width = 0;

  /** Reads the token at `at`; `to` is the index of the closing quote. @returns the index behind the token */
  read(bytes: Uint8Array, at: number, to: number): number {
    const first = bytes[at]!;
    if (first !== BACKSLASH || at + 1 >= to) return this.#character(bytes, at, to);
    const letter = bytes[at + 1]!;
    const code = letter === 0x75 ? hex4(bytes, at + 2, to) : -1;
    if (code === -1) return this.#one(SIMPLE[letter]! || letter, at + 2);
    if (code >= 0xd800 && code < 0xdc00 && bytes[at + 6] === BACKSLASH && bytes[at + 7] === 0x75) {
      const low = hex4(bytes, at + 8, to);
      if (low >= 0xdc00 && low < 0xe000) {
        this.#utf8(0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00));
        return at + 12;
      }
    }
    this.#utf8(code);
    return at + 6;
  }

  #one(byte: number, next: number): number {
    this.decoded[0] = byte;
    this.width = 1;
    return next;
  }

  /** A UTF-8 character counts as one token when it is well formed in length. */
  #character(bytes: Uint8Array, at: number, to: number): number {
    const first = bytes[at]!;
    const size = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (at + size > to) return this.#one(first, at + 1);
    for (let i = 0; i < size; i++) {
      const byte = bytes[at + i]!;
      if (i > 0 && (byte & 0xc0) !== 0x80) return this.#one(first, at + 1);
      this.decoded[i] = byte;
    }
    this.width = size;
    return at + size;
  }

  /** A lone surrogate takes 3 bytes, as in the engine's views. */
  #utf8(code: number): void {
    const { decoded } = this;
    if (code < 0x80) {
      this.width = 1;
      decoded[0] = code;
      return;
    }
    this.width = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    let rest = code;
    for (let i = this.width - 1; i > 0; i--) {
      decoded[i] = 0x80 | (rest & 63);
      rest >>>= 6;
    }
    decoded[0] = (this.width === 2 ? 0xc0 : this.width === 3 ? 0xe0 : 0xf0) | rest;
  }
}

/** The index of the quote that closes the string whose content begins at `from`, or -1. Control bytes pass. */
export function closingQuote(bytes: Buffer, from: number, to: number): number {
  const first = bytes.indexOf(QUOTE, from);
  if (first === -1 || first >= to) return -1;
  if (bytes[first - 1] !== BACKSLASH || first === from) return first;
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH) at++;
  }
  return -1;
}

/** Decodes `bytes[from, to)`, a string's content, to `into[at..]`; never longer than its source. @returns the end */
export function decodeString(
  bytes: Buffer,
  range: { from: number; to: number },
  walker: StringWalker,
  into: Buffer,
  at: number,
): number {
  let from = range.from;
  while (from < range.to) {
    const byte = bytes[from]!;
    if (byte !== BACKSLASH) {
      into[at++] = byte;
      from++;
      continue;
    }
    from = walker.read(bytes, from, range.to);
    for (let i = 0; i < walker.width; i++) into[at++] = walker.decoded[i]!;
  }
  return at;
}

const HEX = Buffer.from('0123456789abcdef');

/** How a byte of a replacement is written in a JSON string; null: as it is. */
export function escapeByte(byte: number): Uint8Array | null {
  if (byte === QUOTE || byte === BACKSLASH) return Uint8Array.of(BACKSLASH, byte);
  if (byte >= 32) return null;
  return Uint8Array.of(BACKSLASH, 0x75, 48, 48, 48 + (byte >> 4), HEX[byte & 15]!);
}

/** Four hex digits, or -1. */
function hex4(bytes: Uint8Array, at: number, to: number): number {
  if (at + 4 > to) return -1;
  let code = 0;
  for (let i = 0; i < 4; i++) {
    const byte = bytes[at + i]!;
    const lower = byte | 32;
    if (byte >= 48 && byte <= 57) code = code * 16 + byte - 48;
    else if (lower >= 97 && lower <= 102) code = code * 16 + lower - 87;
    else return -1;
  }
  return code;
}
