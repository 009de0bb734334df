import type { Output } from '../engine/output.ts';
import { BodyError } from './body.ts';
import type { FieldRedactor } from './fields.ts';
import { type Head, numberOf, payloadHead, payloadOf, wholeHeadAt } from './msgpack.ts';

/** Deeper objects are refused: msgpack may nest without end. */
const MAX_DEPTH = 64;
const NO_KEY = new Uint8Array(0);
/** Shorter numbers are sought by nothing (`--min-length`). */
const MIN_DIGITS = 4;

/** A text among the fields: a key or a value there. */
interface Text {
  readonly head: Head;
  readonly field: number;
  readonly isKey: boolean;
}

/** Bytes `[start, end)` that become `bytes`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly bytes: Uint8Array;
}

/** The texts of MessagePack objects: str and bin, keys and values, at any depth, and numbers as people write them. */
export class TextWalk {
  readonly #bytes: Uint8Array;
  readonly #fields: FieldRedactor;
  readonly #numbers: boolean;
  #texts: Text[] = [];

  /** @param numbers whether a number may be a secret: it becomes a str then */
  constructor(bytes: Uint8Array, fields: FieldRedactor, numbers: boolean) {
    this.#bytes = bytes;
    this.#fields = fields;
    this.#numbers = numbers;
  }

  /** Adds what the object at `at` holds. @returns where the object ends @throws BodyError malformed */
  add(at: number, key: Uint8Array = NO_KEY, depth = 0): number {
    if (depth > MAX_DEPTH) throw new BodyError('malformed', `objects nest deeper than ${MAX_DEPTH}`);
    const head = this.headAt(at);
    if (head.kind === 'map') return this.#addPairs(head, depth);
    if (head.kind === 'array') {
      let next = head.content;
      for (let i = 0; i < head.items; i++) next = this.add(next, key, depth + 1);
      return next;
    }
    const text = this.#textOf(head);
    if (text !== null) this.#texts.push({ head, field: this.#fields.add(key, text), isKey: false });
    return head.end;
  }

  headAt(at: number): Head {
    return wholeHeadAt(this.#bytes, at, this.#bytes.length);
  }

  #addPairs(map: Head, depth: number): number {
    let next = map.content;
    for (let i = 0; i < map.items; i += 2) {
      const key = this.headAt(next);
      const name = this.#textOf(key);
      if (name === null) {
        next = this.add(this.add(next, NO_KEY, depth + 1), NO_KEY, depth + 1);
        continue;
      }
      const value = this.headAt(key.end);
      const text = this.#textOf(value);
      const field = this.#fields.add(name, text ?? NO_KEY);
      this.#texts.push({ head: key, field, isKey: true });
      if (text !== null) this.#texts.push({ head: value, field, isKey: false });
      next = text === null ? this.add(key.end, name, depth + 1) : value.end;
    }
    return next;
  }

  #textOf(head: Head): Uint8Array | null {
    const payload = payloadOf(this.#bytes, head);
    if (payload !== null || !this.#numbers) return payload;
    const digits = numberOf(this.#bytes, head)?.toString() ?? '';
    return digits.length < MIN_DIGITS ? null : Buffer.from(digits);
  }

  /** Redacts what was added since the last call. @returns what changes, in the order of the bytes */
  redact(): Edit[] {
    const redacted = this.#fields.redact();
    const edits: Edit[] = [];
    for (const { head, field, isKey } of this.#texts) {
      const changed = redacted[field]![isKey ? 'key' : 'value'];
      if (changed === null) continue;
      const kind = head.kind === 'bin' ? 'bin' : 'str';
      const ahead = payloadHead(kind, changed.length, this.#bytes[head.start]!);
      edits.push({ start: head.start, end: head.end, bytes: Buffer.concat([ahead, changed]) });
    }
    this.#texts = [];
    return edits;
  }
}

/** Appends `bytes[from, to)` with its edits made; those outside are left out. */
export function appendEdited(
  bytes: Uint8Array,
  range: { readonly from: number; readonly to: number },
  edits: readonly Edit[],
  out: Output,
): void {
  let done = range.from;
  for (const { start, end, bytes: changed } of edits) {
    out.append(bytes, done, start);
    out.append(changed, 0, changed.length);
    done = end;
  }
  out.append(bytes, done, range.to);
}

/** The payload of a str or a bin with its edit made; null for any other object. */
export function editedPayload(bytes: Uint8Array, value: Head, edits: readonly Edit[]): Uint8Array | null {
  const edit = edits.find(({ start }) => start === value.start);
  if (edit === undefined) return payloadOf(bytes, value);
  return payloadOf(edit.bytes, wholeHeadAt(edit.bytes, 0, edit.bytes.length));
}
