import { BodyError } from './body.ts';
import { textOf } from './text-of.ts';

export type Kind = 'nil' | 'bool' | 'int' | 'float' | 'str' | 'bin' | 'ext' | 'array' | 'map';

/** What the first byte of an object says: its kind, the bytes behind it that say a length, and what adds to that length. */
interface Form {
  readonly kind: Kind;
  readonly lengthBytes: 0 | 1 | 2 | 4;
  /** Payload bytes, or items of an array, or pairs of a map; of an ext whose length is said: its type's byte. */
  readonly fixed: number;
}

const form = (kind: Kind, lengthBytes: 0 | 1 | 2 | 4, fixed = 0): Form => ({ kind, lengthBytes, fixed });

/** 0xc0 to 0xdf (msgpack/spec.md, "Formats"); 0xc1 is never used. */
const NAMED: readonly (Form | null)[] = [
  form('nil', 0),
  null,
  form('bool', 0),
  form('bool', 0),
  ...([1, 2, 4] as const).map((size) => form('bin', size)),
  ...([1, 2, 4] as const).map((size) => form('ext', size, 1)),
  ...[4, 8].map((size) => form('float', 0, size)),
  ...[1, 2, 4, 8, 1, 2, 4, 8].map((size) => form('int', 0, size)),
  ...[1, 2, 4, 8, 16].map((size) => form('ext', 0, 1 + size)),
  ...([1, 2, 4] as const).map((size) => form('str', size)),
  ...([2, 4] as const).map((size) => form('array', size)),
  ...([2, 4] as const).map((size) => form('map', size)),
];

const FORMS: readonly (Form | null)[] = Array.from({ length: 256 }, (_, byte) => {
  if (byte < 0x80 || byte >= 0xe0) return form('int', 0);
  if (byte < 0x90) return form('map', 0, byte & 0x0f);
  if (byte < 0xa0) return form('array', 0, byte & 0x0f);
  if (byte < 0xc0) return form('str', 0, byte & 0x1f);
  return NAMED[byte - 0xc0]!;
});

/** The head of an object at `start`, and its payload up to `end`; of an array or a map the objects inside begin there. */
export interface Head {
  readonly kind: Kind;
  readonly start: number;
  readonly content: number;
  readonly end: number;
  /** Objects that stand directly inside: of a map two a pair. */
  readonly items: number;
}

/** The head at `at`, whose payload may end behind `to`; null when the head is not all there. @throws BodyError malformed */
export function headAt(bytes: Uint8Array, at: number, to: number): Head | null {
  if (at >= to) return null;
  const found = FORMS[bytes[at]!]!;
  if (found === null) throw new BodyError('malformed', 'a byte stands there that MessagePack never uses');
  const { kind, lengthBytes, fixed } = found;
  const content = at + 1 + lengthBytes;
  if (content > to) return null;
  let length = 0;
  for (let i = at + 1; i < content; i++) length = length * 256 + bytes[i]!;
  length += fixed;
  if (kind === 'array') return { kind, start: at, content, end: content, items: length };
  if (kind === 'map') return { kind, start: at, content, end: content, items: 2 * length };
  return { kind, start: at, content, end: content + length, items: 0 };
}

/** The head of an object that must be there, its payload included. @throws BodyError malformed */
export function wholeHeadAt(bytes: Uint8Array, at: number, to: number): Head {
  const head = headAt(bytes, at, to);
  if (head === null || head.end > to) throw new BodyError('malformed', 'a MessagePack object is cut short');
  return head;
}

/** Finds where one object after the other ends, in bytes that come bit by bit; each byte is looked at once. */
export class ObjectCut {
  readonly #maxBytes: number;
  readonly #limit: string;
  #at = 0;
  /** Objects that are still to come inside this one. */
  #left = 1;

  /** @param limit how the limit is called in an error */
  constructor(maxBytes: number, limit = 'the limit') {
    this.#maxBytes = maxBytes;
    this.#limit = limit;
  }

  /**
   * Where the object at the beginning of `bytes` ends; null when it is not all there: ask again when `bytes`
   * have grown. Where they say an end, the next call is about the next object.
   * @throws BodyError malformed; too-large, as soon as its lengths say so
   */
  end(bytes: Uint8Array): number | null {
    while (this.#left > 0) {
      const head = headAt(bytes, this.#at, bytes.length);
      if (head === null) return null;
      this.#at = head.end;
      this.#left += head.items - 1;
      // Every object has one byte or more.
      if (this.#at + this.#left > this.#maxBytes)
        throw new BodyError('too-large', `a message is larger than ${this.#limit}, ${this.#maxBytes} bytes`);
    }
    if (this.#at > bytes.length) return null;
    const end = this.#at;
    this.#at = 0;
    this.#left = 1;
    return end;
  }
}

/** Where the object at `at` ends. @throws BodyError malformed */
export function endOf(bytes: Uint8Array, at: number, to: number): number {
  const end = new ObjectCut(Number.POSITIVE_INFINITY).end(bytes.subarray(at, to));
  if (end === null) throw new BodyError('malformed', 'a MessagePack object is cut short');
  return at + end;
}

/** The bytes of a str or a bin; null for any other object. */
export function payloadOf(bytes: Uint8Array, { kind, content, end }: Head): Uint8Array | null {
  return kind === 'str' || kind === 'bin' ? bytes.subarray(content, end) : null;
}

/** The value of a text key in the map at `at`, the first of that name; null when it has none or is no map. @throws BodyError malformed */
export function memberOf(bytes: Uint8Array, at: number, name: string): Head | null {
  const map = wholeHeadAt(bytes, at, bytes.length);
  if (map.kind !== 'map') return null;
  let next = map.content;
  for (let i = 0; i < map.items; i += 2) {
    const key = payloadOf(bytes, wholeHeadAt(bytes, next, bytes.length));
    const value = endOf(bytes, next, bytes.length);
    if (key !== null && textOf(key) === name) return wholeHeadAt(bytes, value, bytes.length);
    next = endOf(bytes, value, bytes.length);
  }
  return null;
}

/** First bytes of a str and a bin, from the shortest form on, with the longest payload of each. */
const STR: readonly (readonly [number, number])[] = [
  [0xa0, 31],
  [0xd9, 0xff],
  [0xda, 0xffff],
  [0xdb, 0xffff_ffff],
];
const BIN: readonly (readonly [number, number])[] = [
  [0xc4, 0xff],
  [0xc5, 0xffff],
  [0xc6, 0xffff_ffff],
];

/** A head for a payload of `length` bytes, in the form of `like` (the first byte of another head) or a longer one. */
export function payloadHead(kind: 'str' | 'bin', length: number, like = 0): Buffer {
  const forms = kind === 'str' ? STR : BIN;
  const from = Math.max(
    0,
    forms.findIndex(([byte]) => byte === like),
  );
  const [first, longest] = forms.slice(from).find(([, most]) => length <= most)!;
  if (longest === 31) return Buffer.from([first | length]);
  const size = longest === 0xff ? 1 : longest === 0xffff ? 2 : 4;
  const head = Buffer.alloc(1 + size, first);
  head.writeUIntBE(length, 1, size);
  return head;
}

/** A str (of a text) or a bin. */
export function pack(value: string | Uint8Array): Buffer {
  const payload = Buffer.from(value);
  return Buffer.concat([payloadHead(typeof value === 'string' ? 'str' : 'bin', payload.length), payload]);
}

/** A number that is no less than 0, up to 2^53. */
export function packCount(count: number): Buffer {
  if (count < 0x80) return Buffer.from([count]);
  const [first, size] = count <= 0xffff ? [0xcd, 2] : count <= 0xffff_ffff ? [0xce, 4] : [0xcf, 8];
  const packed = Buffer.alloc(1 + size, first);
  if (size === 8) packed.writeBigUInt64BE(BigInt(count), 1);
  else packed.writeUIntBE(count, 1, size);
  return packed;
}

/** A number as people write it; null for any other object, and for a float that is none. */
export function numberOf(bytes: Uint8Array, { kind, start, content, end }: Head): number | bigint | null {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const first = at[start]!;
  if (kind === 'float') {
    const value = end - content === 4 ? at.readFloatBE(content) : at.readDoubleBE(content);
    return Number.isFinite(value) ? value : null;
  }
  if (kind !== 'int') return null;
  const signed = first >= 0xd0 && first <= 0xd3;
  if (first < 0x80) return first;
  if (first >= 0xe0) return first - 0x100;
  if (end - content === 8) return signed ? at.readBigInt64BE(content) : at.readBigUInt64BE(content);
  return signed ? at.readIntBE(content, end - content) : at.readUIntBE(content, end - content);
}
