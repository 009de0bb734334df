/** Deeper nesting is taken for broken JSON: a byte of memory a level. Parsers give up far earlier (Jackson: 1,000). */
export const MAX_DEPTH = 1 << 20;

/** What may come next. */
const VALUE = 0;
const VALUE_OR_END = 1;
const KEY = 2;
const KEY_OR_END = 3;
const COLON = 4;
const COMMA_OR_END = 5;

const ARRAY = 0;
const OBJECT = 1;

/** What a byte of structure did. */
export const REFUSED = 0;
export const OPENED = 1;
export const CLOSED = 2;
export const PASSED = 3;

/** The grammar of JSON values one behind the other (RFC 8259 section 2), a token at a time. */
export class JsonGrammar {
  /** Containers around. */
  depth = 0;
  #expect: number = VALUE;
  #stack = new Uint8Array(64);

  get takesString(): boolean {
    return this.#expect < COLON;
  }

  get takesValue(): boolean {
    return this.#expect <= VALUE_OR_END;
  }

  /** A string that comes next is a key. */
  get wantsKey(): boolean {
    return this.#expect === KEY || this.#expect === KEY_OR_END;
  }

  get inObject(): boolean {
    return this.#stack[this.depth - 1] === OBJECT;
  }

  key(): void {
    this.#expect = COLON;
  }

  value(): void {
    this.#expect = this.depth === 0 ? VALUE : COMMA_OR_END;
  }

  /** Takes one of `{}[],:`. A container that CLOSED is a value: the caller says so, with its own end of it. */
  structure(byte: number): number {
    if (byte === 0x2c) {
      if (this.#expect !== COMMA_OR_END) return REFUSED;
      this.#expect = this.inObject ? KEY : VALUE;
      return PASSED;
    }
    if (byte === 0x3a) {
      if (this.#expect !== COLON) return REFUSED;
      this.#expect = VALUE;
      return PASSED;
    }
    const container = byte === 0x7b || byte === 0x7d ? OBJECT : ARRAY;
    return byte === 0x7b || byte === 0x5b ? this.#open(container) : this.#close(container);
  }

  /** Forgets what is open. */
  reset(): void {
    this.depth = 0;
    this.#expect = VALUE;
  }

  #open(container: number): number {
    if (!this.takesValue || this.depth === MAX_DEPTH) return REFUSED;
    if (this.depth === this.#stack.length) {
      const larger = new Uint8Array(this.#stack.length * 2);
      larger.set(this.#stack);
      this.#stack = larger;
    }
    this.#stack[this.depth++] = container;
    this.#expect = container === OBJECT ? KEY_OR_END : VALUE_OR_END;
    return OPENED;
  }

  #close(container: number): number {
    const empty = container === OBJECT ? KEY_OR_END : VALUE_OR_END;
    const may = this.#expect === COMMA_OR_END || this.#expect === empty;
    if (!may || this.depth === 0 || this.#stack[this.depth - 1] !== container) return REFUSED;
    this.depth--;
    return CLOSED;
  }
}
