import type { FindingList } from '../engine/findings.ts';
import type { Matcher } from '../engine/matcher.ts';
import type { Output } from '../engine/output.ts';
import { BodyError, type BodyRedactor, OriginList } from './body.ts';
import { FieldRedactor } from './fields.ts';
import { HeldBytes } from './held-bytes.ts';
import { TextBody } from './text-body.ts';

/** RFC 5425 asks for 2,048 octets and wishes for 8,192; rsyslog and syslog-ng can be told to send more. */
const MAX_MESSAGE = 1024 * 1024;
const MAX_COUNT_DIGITS = 7;
const SPACE = 0x20;
const NO_KEY = new Uint8Array(0);

/** Each push is one message, as a datagram is (RFC 5426); a count goes ahead of it when it goes on over TCP. */
export class SyslogDatagrams implements BodyRedactor {
  readonly origins = new OriginList();
  readonly held = 0;
  records = 0;
  readonly #fields: FieldRedactor;
  readonly #counted: boolean;

  constructor(matcher: Matcher, options: { readonly counted: boolean; readonly maxRecordBytes: number }) {
    this.#fields = new FieldRedactor(matcher, options.maxRecordBytes);
    this.#counted = options.counted;
  }

  get findings(): FindingList {
    return this.#fields.findings;
  }

  push(message: Uint8Array, out: Output): void {
    this.#fields.add(NO_KEY, message);
    const redacted = this.#fields.redact()[0]!.value ?? message;
    if (this.#counted) {
      const count = Buffer.from(`${redacted.length} `);
      out.append(count, 0, count.length);
    }
    out.append(redacted, 0, redacted.length);
    this.records++;
  }

  end(): void {}

  swap(matcher: Matcher): void {
    this.#fields.swap(matcher);
  }
}

/**
 * Syslog over TCP (RFC 6587). A connection that begins with a digit counts its octets, `LEN SP MSG`, and
 * goes on with counts that are true again; any other is lines, or messages with no mark between them at all
 * (winston-syslog over TCP), and passes as a stream.
 */
export class SyslogStream implements BodyRedactor {
  readonly origins = new OriginList();
  readonly #lines: TextBody;
  readonly #messages: SyslogDatagrams;
  #framing: 'unknown' | 'counted' | 'lines' = 'unknown';
  readonly #held = new HeldBytes();

  constructor(matcher: Matcher, maxRecordBytes: number) {
    this.#lines = new TextBody(matcher, { json: 'never', maxRecordBytes });
    this.#messages = new SyslogDatagrams(matcher, { counted: true, maxRecordBytes });
  }

  get findings(): FindingList {
    return this.#framing === 'counted' ? this.#messages.findings : this.#lines.findings;
  }

  get held(): number {
    return this.#framing === 'counted' ? this.#held.length : this.#lines.held;
  }

  get records(): number {
    return this.#lines.records + this.#messages.records;
  }

  /** @throws BodyError */
  push(chunk: Uint8Array, out: Output): void {
    if (chunk.length === 0) return;
    if (this.#framing === 'unknown') this.#framing = isDigit(chunk[0]!) ? 'counted' : 'lines';
    if (this.#framing === 'lines') this.#lines.push(chunk, out);
    else this.#count(chunk, out);
  }

  #count(chunk: Uint8Array, out: Output): void {
    this.#held.take(chunk);
    const { bytes } = this.#held;
    let at = 0;
    for (let message = messageAt(bytes, at); message !== null; message = messageAt(bytes, at)) {
      this.#messages.push(bytes.subarray(message.from, message.to), out);
      at = message.to;
    }
    this.#held.drop(at);
  }

  idle(out: Output): void {
    if (this.#framing === 'lines') this.#lines.idle(out);
  }

  /** @throws BodyError malformed */
  end(out: Output): void {
    if (this.#held.length > 0) throw new BodyError('malformed', 'the last counted message is cut short');
    if (this.#framing === 'lines') this.#lines.end(out);
  }

  swap(matcher: Matcher): void {
    this.#lines.swap(matcher);
    this.#messages.swap(matcher);
  }
}

/** The counted message at `at`; null when it is not all there. @throws BodyError */
function messageAt(bytes: Uint8Array, at: number): { from: number; to: number } | null {
  const space = bytes.subarray(at, Math.min(bytes.length, at + MAX_COUNT_DIGITS + 1)).indexOf(SPACE);
  const digits = space === -1 ? bytes.length - at : space;
  for (let i = at; i < at + Math.min(digits, MAX_COUNT_DIGITS + 1); i++)
    if (!isDigit(bytes[i]!)) throw new BodyError('malformed', 'a message has no count ahead of it');
  if (digits > MAX_COUNT_DIGITS) throw new BodyError('malformed', 'a count is too long');
  if (space === -1) return null;
  const count = Number(Buffer.from(bytes.subarray(at, at + space)).toString('latin1'));
  if (count > MAX_MESSAGE) throw new BodyError('too-large', `a message is longer than ${MAX_MESSAGE} bytes`);
  const from = at + space + 1;
  return from + count <= bytes.length ? { from, to: from + count } : null;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
