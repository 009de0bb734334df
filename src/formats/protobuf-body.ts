import type { FindingList } from '../engine/findings.ts';
import type { Matcher } from '../engine/matcher.ts';
import type { Output } from '../engine/output.ts';
import { BodyError, type BodyRedactor, OriginList } from './body.ts';
import { FieldRedactor } from './fields.ts';
import { headAt, readMessage, rebuildMessage, type Schema } from './protobuf.ts';

/** One top-level element is held at a time: its length stands ahead of it. */
const MAX_ELEMENT = 16 * 1024 * 1024;

/** A protobuf message that is worked off element by element. */
export class ProtobufBody implements BodyRedactor {
  readonly origins = new OriginList();
  records = 0;
  readonly #schema: Schema;
  readonly #fields: FieldRedactor;
  #buffer: Uint8Array = Buffer.allocUnsafeSlow(16 * 1024);
  #length = 0;

  constructor(matcher: Matcher, schema: Schema, maxRecordBytes: number) {
    this.#schema = schema;
    this.#fields = new FieldRedactor(matcher, maxRecordBytes);
  }

  get findings(): FindingList {
    return this.#fields.findings;
  }

  get held(): number {
    return this.#length;
  }

  /** @throws BodyError */
  push(chunk: Uint8Array, out: Output): void {
    this.#take(chunk);
    let at = 0;
    for (;;) {
      const head = at < this.#length ? headAt(this.#buffer, at, this.#length) : null;
      if (head !== null && head.end - at > MAX_ELEMENT)
        throw new BodyError('too-large', `one element of the message is larger than ${MAX_ELEMENT} bytes`);
      if (head === null || head.end > this.#length) break;
      this.#redact(this.#buffer.subarray(at, head.end), out);
      at = head.end;
    }
    this.#buffer.copyWithin(0, at, this.#length);
    this.#length -= at;
  }

  /** @throws BodyError malformed */
  end(_out: Output): void {
    if (this.#length > 0) throw new BodyError('malformed', 'the protobuf message is cut short');
  }

  swap(matcher: Matcher): void {
    this.#fields.swap(matcher);
  }

  #redact(element: Uint8Array, out: Output): void {
    const elements = readMessage(element, this.#schema, this.#fields);
    const rebuilt = rebuildMessage(element, elements, this.#fields.redact());
    this.records++;
    out.append(rebuilt, 0, rebuilt.length);
  }

  #take(chunk: Uint8Array): void {
    if (this.#length + chunk.length > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#length + chunk.length));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length += chunk.length;
  }
}
