import { BodyError } from './body.ts';
import type { FieldRedactor, RedactedField } from './fields.ts';

/** Deeper messages are refused: values of OTLP may nest without end. */
const MAX_DEPTH = 64;
const VARINT = 0;
const FIXED64 = 1;
const LENGTH = 2;
const FIXED32 = 5;
const NO_KEY = new Uint8Array(0);

/** What the field numbers of a message hold; all others are copied as they are. */
export interface Schema {
  /** Texts to redact. */
  readonly texts?: readonly number[];
  readonly messages?: Readonly<Record<number, () => Schema>>;
  /** Of a key and its value: the number of the key, a text too. */
  readonly key?: number;
}

/** A length-delimited element that is looked into: `bytes[start, end)`, its content from `content` on. */
interface Element {
  readonly start: number;
  readonly content: number;
  readonly end: number;
  readonly children: readonly Element[] | null;
  /** Of a text: its place among the fields added, and whether it is a key there. */
  readonly field: number;
  readonly isKey: boolean;
}

/**
 * The elements of a message (Protocol Buffers, "Encoding") that hold texts; each text is added to `fields`.
 * @throws BodyError malformed
 */
export function readMessage(bytes: Uint8Array, schema: Schema, fields: FieldRedactor): Element[] {
  return read({ bytes, fields }, { from: 0, to: bytes.length }, schema, { key: NO_KEY, depth: 0 });
}

interface Reading {
  readonly bytes: Uint8Array;
  readonly fields: FieldRedactor;
}

interface Place {
  readonly key: Uint8Array;
  readonly depth: number;
}

function read(
  reading: Reading,
  range: { from: number; to: number },
  schema: Schema,
  place: Place,
): Element[] {
  if (place.depth > MAX_DEPTH) throw new BodyError('malformed', `messages nest deeper than ${MAX_DEPTH}`);
  const { bytes, fields } = reading;
  const found: Element[] = [];
  const key = schema.key === undefined ? place.key : keyOf(bytes, range, schema.key);
  let keyField = -1;
  for (let at = range.from; at < range.to; ) {
    const { number, wire, content, end } = elementAt(bytes, at, range.to);
    const start = at;
    at = end;
    if (wire !== LENGTH) continue;
    const inner = schema.messages?.[number];
    if (inner !== undefined) {
      const children = read(reading, { from: content, to: end }, inner(), { key, depth: place.depth + 1 });
      if (children.length > 0) found.push({ start, content, end, children, field: -1, isKey: false });
    } else if (number === schema.key) {
      keyField = fields.add(bytes.subarray(content, end), NO_KEY);
      found.push({ start, content, end, children: null, field: keyField, isKey: true });
    } else if (schema.texts?.includes(number) === true) {
      const field = fields.add(key, bytes.subarray(content, end));
      found.push({ start, content, end, children: null, field, isKey: false });
    }
  }
  return found;
}

/** The contents of the length-delimited elements of a number. @throws BodyError malformed */
export function lengthDelimited(bytes: Uint8Array, wanted: number): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { number, wire, content, end } = elementAt(bytes, at, bytes.length);
    if (number === wanted && wire === LENGTH) found.push(bytes.subarray(content, end));
    at = end;
  }
  return found;
}

/** The last key of a message: a later one of the same number wins. */
function keyOf(bytes: Uint8Array, { from, to }: { from: number; to: number }, wanted: number): Uint8Array {
  let key: Uint8Array = NO_KEY;
  for (let at = from; at < to; ) {
    const { number, wire, content, end } = elementAt(bytes, at, to);
    if (number === wanted && wire === LENGTH) key = bytes.subarray(content, end);
    at = end;
  }
  return key;
}

export interface ElementHead {
  readonly number: number;
  readonly wire: number;
  readonly content: number;
  readonly end: number;
}

/** Whether an element may hold texts. */
export function isRead(schema: Schema, { number, wire }: ElementHead): boolean {
  if (wire !== LENGTH) return false;
  return (
    schema.messages?.[number] !== undefined ||
    schema.key === number ||
    schema.texts?.includes(number) === true
  );
}

/** The element at `at`. @throws BodyError malformed */
function elementAt(bytes: Uint8Array, at: number, to: number): ElementHead {
  const head = headAt(bytes, at, to);
  if (head === null || head.end > to) throw new BodyError('malformed', 'a protobuf element is cut short');
  return head;
}

/** Tag and extent of the element at `at`, which may end behind `to`; null when its head is not all there. @throws BodyError malformed */
export function headAt(bytes: Uint8Array, at: number, to: number): ElementHead | null {
  const tag = varintAt(bytes, at, to);
  if (tag === null) return null;
  const wire = tag.value % 8;
  const number = Math.floor(tag.value / 8);
  if (number === 0) throw new BodyError('malformed', 'a protobuf element has the number 0');
  const content = tag.end;
  if (wire === FIXED64) return { number, wire, content, end: content + 8 };
  if (wire === FIXED32) return { number, wire, content, end: content + 4 };
  if (wire !== VARINT && wire !== LENGTH)
    throw new BodyError('malformed', `a protobuf element has the wire type ${wire}`);
  const value = varintAt(bytes, content, to);
  if (value === null) return null;
  if (wire === VARINT) return { number, wire, content, end: value.end };
  return { number, wire, content: value.end, end: value.end + value.value };
}

function varintAt(bytes: Uint8Array, at: number, to: number): { value: number; end: number } | null {
  let value = 0;
  let scale = 1;
  for (let i = 0; i < 10; i++) {
    if (at + i >= to) return null;
    const byte = bytes[at + i]!;
    value += (byte & 0x7f) * scale;
    scale *= 128;
    if (byte < 0x80) return { value, end: at + i + 1 };
  }
  throw new BodyError('malformed', 'a protobuf varint is longer than 10 bytes');
}

/** The message with its texts replaced; every length around one that changed is written anew, all else is copied. */
export function rebuildMessage(
  bytes: Uint8Array,
  elements: readonly Element[],
  redacted: readonly RedactedField[],
): Uint8Array {
  return rebuild(bytes, { from: 0, to: bytes.length }, elements, redacted) ?? bytes;
}

function rebuild(
  bytes: Uint8Array,
  range: { from: number; to: number },
  elements: readonly Element[],
  redacted: readonly RedactedField[],
): Uint8Array | null {
  const pieces: Uint8Array[] = [];
  let done = range.from;
  for (const element of elements) {
    const { start, content, end, children, field, isKey } = element;
    const changed =
      children === null
        ? redacted[field]![isKey ? 'key' : 'value']
        : rebuild(bytes, { from: content, to: end }, children, redacted);
    if (changed === null) continue;
    pieces.push(bytes.subarray(done, start), tagOf(bytes, start), varint(changed.length), changed);
    done = end;
  }
  if (pieces.length === 0) return null;
  pieces.push(bytes.subarray(done, range.to));
  return Buffer.concat(pieces);
}

function tagOf(bytes: Uint8Array, start: number): Uint8Array {
  let end = start;
  while (bytes[end]! >= 0x80) end++;
  return bytes.subarray(start, end + 1);
}

/** A base-128 varint. */
export function varint(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) | 0x80);
  out.push(rest);
  return Uint8Array.from(out);
}
