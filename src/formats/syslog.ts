import type { FindingList } from '../engine/findings.ts';
import type { Matcher } from '../engine/matcher.ts';
import type { Output } from '../engine/output.ts';
import { BodyError, type BodyRedactor, OriginList } from './body.ts';
import { FieldRedactor } from './fields.ts';
import { HeldBytes } from './held-bytes.ts';
import { OriginGuard, unchanged } from './origin-guard.ts';
import { readSyslogHead } from './syslog-head.ts';
import { TextBody } from './text-body.ts';

/** RFC 5425 asks for 2,048 octets and wishes for 8,192; rsyslog and syslog-ng can be told to send more. */
const MAX_MESSAGE = 1024 * 1024;
const MAX_COUNT_DIGITS = 7;
const SPACE = 0x20;
const ZERO = 0x30;
const LESS_THAN = 0x3c;
const NO_KEY = new Uint8Array(0);

/** Each push is one message, as a datagram is (RFC 5426); a count goes ahead of it when it goes on over TCP. */
export class SyslogDatagrams implements BodyRedactor {
  readonly origins = new OriginList();
  readonly held = 0;
  records = 0;
  readonly #fields: FieldRedactor;
  readonly #counted: boolean;
  readonly #guard: OriginGuard;

  constructor(matcher: Matcher, options: { readonly counted: boolean; readonly maxRecordBytes: number }) {
    this.#fields = new FieldRedactor(matcher, options.maxRecordBytes);
    this.#counted = options.counted;
    this.#guard = new OriginGuard(matcher);
  }

  get findings(): FindingList {
    return this.#fields.findings;
  }

  push(message: Uint8Array, out: Output): void {
    this.#fields.add(NO_KEY, message);
    const redacted = this.#fields.redact()[0]!.value ?? message;
    if (this.findings.length > this.origins.length) {
      const said = unchanged(readSyslogHead(message), readSyslogHead(redacted));
      this.origins.tell(this.findings.length, this.#guard.of(said));
    }
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
    this.#guard.swap(matcher);
  }
}

/**
 * Syslog over TCP (RFC 6587). A connection that begins with `LEN SP <` counts its octets (the `<` opens the
 * message's PRI), and goes on with counts that are true again; any other, lines that begin with a digit
 * included, is lines, or messages with no mark between them at all (winston-syslog over TCP), and passes as
 * a stream. Up to 8 bytes wait, through silence too, until it is known which.
 */
export class SyslogStream implements BodyRedactor {
  readonly #lines: TextBody;
  readonly #messages: SyslogDatagrams;
  #framing: 'unknown' | 'counted' | 'lines' = 'unknown';
  readonly #held = new HeldBytes();

  constructor(matcher: Matcher, maxRecordBytes: number) {
    this.#lines = new TextBody(matcher, { json: 'never', maxRecordBytes }, { readHead: readSyslogHead });
    this.#messages = new SyslogDatagrams(matcher, { counted: true, maxRecordBytes });
  }

  get findings(): FindingList {
    return this.#framing === 'counted' ? this.#messages.findings : this.#lines.findings;
  }

  get origins(): OriginList {
    return this.#framing === 'counted' ? this.#messages.origins : this.#lines.origins;
  }

  get held(): number {
    return this.#held.length + this.#lines.held;
  }

  get records(): number {
    return this.#lines.records + this.#messages.records;
  }

  /** @throws BodyError */
  push(chunk: Uint8Array, out: Output): void {
    if (this.#framing === 'lines') {
      this.#lines.push(chunk, out);
      return;
    }
    this.#held.take(chunk);
    if (this.#framing === 'unknown') this.#framing = framingOf(this.#held.bytes);
    if (this.#framing === 'counted') this.#count(out);
    else if (this.#framing === 'lines') this.#release(out);
  }

  /** What waited for the framing is lines. */
  #release(out: Output): void {
    this.#framing = 'lines';
    this.#lines.push(this.#held.bytes, out);
    this.#held.drop(this.#held.length);
  }

  #count(out: Output): void {
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
    if (this.#framing === 'unknown') this.#release(out);
    if (this.#held.length > 0) throw new BodyError('malformed', 'the last counted message is cut short');
    if (this.#framing === 'lines') this.#lines.end(out);
  }

  swap(matcher: Matcher): void {
    this.#lines.swap(matcher);
    this.#messages.swap(matcher);
  }
}

/** How a connection that begins so frames its messages; unknown as long as it may go either way. */
function framingOf(bytes: Uint8Array): 'unknown' | 'counted' | 'lines' {
  let digits = 0;
  while (digits < bytes.length && digits < MAX_COUNT_DIGITS && isDigit(bytes[digits]!)) digits++;
  if (digits === bytes.length) return 'unknown';
  // A count has no leading zero (RFC 6587, 3.4.1).
  if (digits === 0 || bytes[0] === ZERO || bytes[digits] !== SPACE) return 'lines';
  if (digits + 1 === bytes.length) return 'unknown';
  return bytes[digits + 1] === LESS_THAN ? 'counted' : 'lines';
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
