import type { FindingList } from '../engine/findings.ts';
import type { Matcher } from '../engine/matcher.ts';
import { Output } from '../engine/output.ts';
import { BodyError, type BodyRedactor, type Origin, OriginList } from './body.ts';
import { FieldRedactor } from './fields.ts';
import { type Batch, EntryRedactor, isTime } from './forward-entries.ts';
import { type EntrySizes, type ForwardOption, readOption, sizeEdit } from './forward-option.ts';
import { HeldBytes } from './held-bytes.ts';
import { endOf, type Head, ObjectCut, payloadHead, payloadOf, wholeHeadAt } from './msgpack.ts';
import { appendEdited, editedPayload, TextWalk } from './msgpack-texts.ts';
import { isName } from './origin-guard.ts';
import { textOf } from './text-of.ts';

/** Memory that a larger message took is given back behind it. */
const KEPT_BYTES = 1024 * 1024;

/** Undoes and redoes the compression of packed entries. */
export interface Packer {
  /** @throws BodyError */
  unpack(bytes: Uint8Array): Uint8Array;
  pack(bytes: Uint8Array): Uint8Array;
}

export interface ForwardOptions {
  readonly maxRecordBytes: number;
  /** A larger message is refused; one whose entries are larger when unpacked, by `gzip`. */
  readonly maxBodyBytes: number;
  readonly gzip: Packer;
}

/** A message that wants an ack. */
export interface Asked {
  /** Its name as an object of MessagePack, as the client wrote it. */
  readonly chunk: Uint8Array;
  /** The text that upstream knows it by: the same, redacted. */
  readonly sent: Uint8Array;
}

/** A message taken apart. */
interface Message {
  readonly bytes: Uint8Array;
  readonly tag: Head;
  /** Of one event, as `[tag, time, record]`; null where entries stand in its place. */
  readonly time: Head | null;
  /** The record, or the entries. */
  readonly content: Head;
  readonly optionHead: Head | undefined;
  readonly option: ForwardOption;
}

/**
 * A connection of Fluent Forward (Forward Protocol Specification v1) behind its handshake: messages one behind
 * the other, in all four modes. Tags, keys and values are redacted and the lengths around them are true again;
 * all else, times and extension types included, is copied. One message is held whole: lengths stand ahead.
 */
export class ForwardStream implements BodyRedactor {
  readonly origins = new OriginList();
  records = 0;
  /** The messages pushed so far that want an ack, in their order; the caller takes them out. */
  readonly asked: Asked[] = [];
  readonly #options: ForwardOptions;
  readonly #fields: FieldRedactor;
  readonly #entries: EntryRedactor;
  readonly #cut: ObjectCut;
  #held = new HeldBytes();

  constructor(matcher: Matcher, options: ForwardOptions) {
    this.#options = options;
    this.#fields = new FieldRedactor(matcher, options.maxRecordBytes);
    this.#entries = new EntryRedactor(this.#fields, this.origins);
    this.#cut = new ObjectCut(options.maxBodyBytes, '--max-body');
  }

  get findings(): FindingList {
    return this.#fields.findings;
  }

  get held(): number {
    return this.#held.length;
  }

  /** @throws BodyError: nothing more may leave then, what was appended included */
  push(chunk: Uint8Array, out: Output): void {
    this.#held.take(chunk);
    const { bytes } = this.#held;
    let at = 0;
    for (let end = this.#cut.end(bytes); end !== null; end = this.#cut.end(bytes.subarray(at))) {
      this.#redact(bytes.subarray(at, at + end), out);
      at += end;
    }
    this.#held.drop(at);
    if (this.#held.length === 0 && at > KEPT_BYTES) this.#held = new HeldBytes();
  }

  /** @throws BodyError malformed */
  end(_out: Output): void {
    if (this.#held.length > 0) throw new BodyError('malformed', 'the last message is cut short');
  }

  swap(matcher: Matcher): void {
    this.#fields.swap(matcher);
  }

  #redact(bytes: Uint8Array, out: Output): void {
    const outer = wholeHeadAt(bytes, 0, bytes.length);
    // "nil" is reserved for heartbeats: it says nothing, and upstream need not hear it.
    if (outer.kind === 'nil') return;
    const message = readMessage(bytes, outer);
    const { option, optionHead } = message;
    out.append(bytes, 0, outer.content);
    const batch = { bytes, origin: this.#redactTag(message, out), isLog: option.isLog };
    const sizes = this.#redactContent(message, batch, out);
    this.records += sizes.count;
    if (optionHead !== undefined) this.#redactOption(message, sizes, out);
    this.origins.tell(this.findings.length, batch.origin);
  }

  #redactTag({ bytes, tag }: Message, out: Output): Origin {
    const walk = new TextWalk(bytes, this.#fields, false);
    walk.add(tag.start);
    const edits = walk.redact();
    appendEdited(bytes, { from: tag.start, to: tag.end }, edits, out);
    const text = textOf(editedPayload(bytes, tag, edits) ?? NOTHING);
    const origin: Origin = isName(text) ? { tag: text } : {};
    this.origins.tell(this.findings.length, origin);
    return origin;
  }

  #redactContent(message: Message, batch: Batch, out: Output): EntrySizes {
    const { bytes, time, content } = message;
    if (time === null) return this.#redactEntries(message, batch, out);
    out.append(bytes, time.start, time.end);
    this.#entries.redactRecord(batch, content.start, out);
    return ONE_ENTRY;
  }

  #redactEntries({ bytes, content, option }: Message, batch: Batch, out: Output): EntrySizes {
    const payload = payloadOf(bytes, content);
    if (payload === null) {
      out.append(bytes, content.start, content.content);
      let at = content.content;
      for (let i = 0; i < content.items; i++) at = this.#entries.redact(batch, at, out);
      return { count: content.items, bytes: [] };
    }
    const { gzip } = this.#options;
    const plain = option.compressed ? gzip.unpack(payload) : payload;
    const redacted = new Output(plain.length + 1024);
    let count = 0;
    for (let at = 0; at < plain.length; count++)
      at = this.#entries.redact({ ...batch, bytes: plain }, at, redacted);
    const again = redacted.take();
    const packed = option.compressed ? gzip.pack(again) : again;
    const head = payloadHead(content.kind === 'bin' ? 'bin' : 'str', packed.length, bytes[content.start]!);
    out.append(head, 0, head.length);
    out.append(packed, 0, packed.length);
    const sizes = [
      [payload.length, packed.length],
      [plain.length, again.length],
    ] as const;
    return { count, bytes: sizes };
  }

  #redactOption({ bytes, option, optionHead }: Message, sizes: EntrySizes, out: Output): void {
    const { start } = optionHead!;
    const walk = new TextWalk(bytes, this.#fields, false);
    const to = walk.add(start);
    const edits = walk.redact();
    const size = sizeEdit(bytes, option, sizes);
    if (size !== null) edits.push(size);
    edits.sort((a, b) => a.start - b.start);
    appendEdited(bytes, { from: start, to }, edits, out);
    const { chunk } = option;
    if (chunk === null) return;
    const sent = Uint8Array.from(editedPayload(bytes, chunk, edits) ?? NOTHING);
    this.asked.push({ chunk: Uint8Array.from(bytes.subarray(chunk.start, chunk.end)), sent });
  }
}

const NOTHING = new Uint8Array(0);
const ONE_ENTRY: EntrySizes = { count: 1, bytes: [] };

/** @throws BodyError malformed */
function readMessage(bytes: Uint8Array, outer: Head): Message {
  // The largest is `[tag, time, record, option]`.
  if (outer.kind !== 'array' || outer.items < 2 || outer.items > 4) throw shapeless();
  const items: Head[] = [];
  for (let at = outer.content; items.length < outer.items; at = endOf(bytes, at, bytes.length))
    items.push(wholeHeadAt(bytes, at, bytes.length));
  const tag = items.shift()!;
  const time = isTime(items[0]!) ? items.shift()! : null;
  const content = items.shift();
  const optionHead = items.shift();
  const fits = time !== null || (content !== undefined && CONTENT.includes(content.kind));
  if (payloadOf(bytes, tag) === null || content === undefined || !fits || items.length > 0) throw shapeless();
  return { bytes, tag, time, content, optionHead, option: readOption(bytes, optionHead) };
}

/** Entries are a list, or packed. */
const CONTENT: readonly Head['kind'][] = ['array', 'bin', 'str'];

function shapeless(): BodyError {
  return new BodyError('malformed', 'a message is neither [tag, time, record] nor [tag, entries]');
}
