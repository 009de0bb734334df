import type { FindingList } from '../engine/findings.ts';
import type { Matcher } from '../engine/matcher.ts';
import type { Output } from '../engine/output.ts';
import { BodyError, type BodyRedactor, OriginList } from './body.ts';
import { FieldRedactor } from './fields.ts';
import { HeldBytes } from './held-bytes.ts';
import { OriginGuard, unchanged } from './origin-guard.ts';
import { headAt, isRead, readMessage, rebuildMessage, type Schema } from './protobuf.ts';
import type { ReadSaid } from './protobuf-origins.ts';

/** One top-level element is held at a time: its length stands ahead of it. */
const MAX_ELEMENT = 16 * 1024 * 1024;

/** A protobuf message that is worked off element by element. */
export class ProtobufBody implements BodyRedactor {
  readonly origins = new OriginList();
  records = 0;
  readonly #schema: Schema;
  readonly #fields: FieldRedactor;
  readonly #held = new HeldBytes();
  readonly #readSaid: ReadSaid | null;
  readonly #guard: OriginGuard;

  /** @param readSaid null: its elements do not say where they come from */
  constructor(matcher: Matcher, schema: Schema, maxRecordBytes: number, readSaid: ReadSaid | null = null) {
    this.#schema = schema;
    this.#readSaid = readSaid;
    this.#guard = new OriginGuard(matcher);
    this.#fields = new FieldRedactor(matcher, maxRecordBytes);
  }

  get findings(): FindingList {
    return this.#fields.findings;
  }

  get held(): number {
    return this.#held.length;
  }

  /** @throws BodyError */
  push(chunk: Uint8Array, out: Output): void {
    this.#held.take(chunk);
    const { bytes } = this.#held;
    let at = 0;
    /** What is not read passes in one piece: a body may be millions of elements of two bytes. */
    let from = 0;
    for (;;) {
      const head = at < bytes.length ? headAt(bytes, at, bytes.length) : null;
      if (head !== null && head.end - at > MAX_ELEMENT)
        throw new BodyError('too-large', `one element of the message is larger than ${MAX_ELEMENT} bytes`);
      if (head === null || head.end > bytes.length) break;
      if (isRead(this.#schema, head)) {
        out.append(bytes, from, at);
        this.#redact(bytes.subarray(at, head.end), out);
        from = head.end;
      }
      at = head.end;
    }
    out.append(bytes, from, at);
    this.#held.drop(at);
  }

  /** @throws BodyError malformed */
  end(_out: Output): void {
    if (this.#held.length > 0) throw new BodyError('malformed', 'the protobuf message is cut short');
  }

  swap(matcher: Matcher): void {
    this.#fields.swap(matcher);
    this.#guard.swap(matcher);
  }

  #redact(element: Uint8Array, out: Output): void {
    const elements = readMessage(element, this.#schema, this.#fields);
    const rebuilt = rebuildMessage(element, elements, this.#fields.redact());
    this.records++;
    if (this.findings.length > this.origins.length) this.#tellOrigin(element, rebuilt);
    out.append(rebuilt, 0, rebuilt.length);
  }

  #tellOrigin(element: Uint8Array, rebuilt: Uint8Array): void {
    const read = this.#readSaid;
    const origin = read === null ? null : this.#guard.of(unchanged(read(element), read(rebuilt)));
    this.origins.tell(this.findings.length, origin);
  }
}
