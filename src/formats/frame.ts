import type { EditSink } from '../engine/edits.ts';
import type { Output } from '../engine/output.ts';
import type { Redactor } from '../engine/redactor.ts';
import type { Cuts } from './cuts.ts';

/** No part that is written anew holds more content than this: what containerd and dockerd cut at. */
export const PART_BYTES = 16_384;

/** A redactor that tells what it decided instead of writing it. */
export interface EditingRedactor extends Redactor {
  pushEdits(chunk: Uint8Array, sink: EditSink): void;
  idleEdits(sink: EditSink): void;
  endEdits(sink: EditSink): void;
}

/** The two logical streams of a framed file. */
export const STDOUT = 0;
export const STDERR = 1;

/** Where a physical line stands in `bytes`; its LF is not part of it. */
export interface Place {
  from: number;
  to: number;
  /** Index of the first byte of the content, in its encoded form. */
  contentStart: number;
  /** Bytes of the decoded content, the logical LF left out. */
  contentLength: number;
}

/**
 * How a file frames the output of a container: one physical line holds a header, a piece of one of two
 * streams, and says whether the piece ends a logical line. An instance serves one file: what `read` found
 * stands in its fields until the next call. Bytes of a header are not scanned, so `read` may turn down a
 * framed line (it is then redacted as text), and may never take a line whose header could hold a secret.
 */
export interface Frame {
  readonly name: 'cri' | 'docker';
  stream: typeof STDOUT | typeof STDERR;
  /** Index of the first byte of the content in the bytes last read. */
  contentStart: number;
  /** The piece ends a logical line; known after `copyContent`. */
  full: boolean;
  /** The line has more that may hold a secret: `copyRest` gives it. */
  hasRest: boolean;

  /** Reads the line `bytes[from, to)`; false when it is not framed. */
  read(bytes: Buffer, from: number, to: number): boolean;
  /** As `read`, for a line whose end is not known yet and may never come in one piece. */
  readOpen(bytes: Buffer, from: number, to: number): boolean;
  /** True when the beginning of a line is too little to tell what it is, so that silence must not release it. */
  awaits(bytes: Buffer, from: number, to: number): boolean;
  /** Decodes the content of the line last read to `into[at..]`, without line end. @returns the end index */
  copyContent(bytes: Buffer, to: number, into: Buffer, at: number): number;

  /** Copies what else must be scanned of the line last read, as one JSON text. @returns the end index */
  copyRest(bytes: Buffer, place: { from: number; to: number }, into: Buffer): number;
  /** An offset within what `copyRest` gave, as an offset from the line's start. */
  restToLine(offset: number, from: number): number;
  /** What `copyRest` gave last holds no finding: lines with the same need not ask again. */
  restIsClean(): void;
  /** The rules changed: nothing is known to be clean. */
  forget(): void;

  /**
   * Writes the line with `cuts` applied to its content and `rest` to the rest of it (offsets from the line's
   * start), in several partial lines when the content grew over PART_BYTES. The last LF is the caller's.
   */
  rebuild(bytes: Buffer, place: Place, cuts: Cuts, rest: Cuts | null, out: Output): void;
}
