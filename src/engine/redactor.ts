import type { DocumentOptions } from './document.ts';
import type { FindingList } from './findings.ts';
import type { Matcher } from './matcher.ts';
import type { Output } from './output.ts';

/**
 * A stream of bytes on its way through the engine. For every way of cutting the input into chunks, the
 * concatenated output equals the output for the whole input at once; `idle` alone depends on time.
 */
export interface Redactor {
  /** Takes the next bytes (read before it returns, never kept) and appends what is decided to `out`. */
  push(chunk: Uint8Array, out: Output): void;
  /**
   * The source was silent for the hold time: decides everything held. A held part of 8 or more bytes of
   * a known secret is replaced, the rest is released.
   */
  idle(out: Output): void;
  /** The source ended: decides and appends everything held. */
  end(out: Output): void;
  /** The next push is scanned by `matcher`, held bytes included. */
  swap(matcher: Matcher): void;
  /** After a fault: forgets everything held and appends a placeholder that says so; nothing raw leaves. */
  discard(out: Output): void;
  /** Bytes held back. */
  readonly held: number;
  /** Line ends seen, for the summary; of a document, top-level values. */
  readonly records: number;
  /** Appended to as findings are replaced; the caller drains it. */
  readonly findings: FindingList;
}

export interface LineListener {
  /**
   * A finding was counted. Nothing was found in `bytes[lineStart, headEnd)`, the head of the line it begins in.
   * @param bytes valid during the call only
   * @param lineStart -1 when the line began too long ago: its head has left
   */
  finding(bytes: Buffer, lineStart: number, headEnd: number): void;
}

export interface RedactorOptions {
  /**
   * Which lines are rewritten as JSON: none, those that look like it, those of them that are objects or arrays
   * (a line of digits is no number then, whose placeholder gets quotes), or every one. `document`: line ends mean
   * nothing, the stream is JSON values one behind the other, of any size, and is decided at its end, not by `idle`.
   */
  readonly json: 'never' | 'auto' | 'containers' | 'always' | 'document';
  /** A JSON line longer than this many bytes, or a token of a document, is redacted as text, in windows. */
  readonly maxRecordBytes: number;
  /** What else is wanted of a document; ignored elsewhere. */
  readonly document?: DocumentOptions;
  /** With `never`, and no action `drop`: told where each finding stands, in the order of `findings`; ignored elsewhere. */
  readonly lines?: LineListener;
}
