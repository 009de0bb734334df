import type { FindingList } from '../engine/findings.ts';
import type { Matcher } from '../engine/matcher.ts';
import type { Cuts } from './cuts.ts';
import type { EditingRedactor, Frame } from './frame.ts';
import { Lane } from './lane.ts';
import { ENDS, ENDS_LOGICAL, HEADED, LineTable } from './line-table.ts';
import { RestScan } from './rest-scan.ts';

const LF = 10;
/** A physical line that grows longer is taken in pieces of this size, at the same places however it is cut. */
const MAX_LINE = 1024 * 1024;
/** Fewer bytes than this that remain are moved to the buffer's front at once. */
const CHEAP_MOVE = 4096;

/** The lane of lines that are not framed; 0 and 1 are the frame's streams. */
export const UNFRAMED = 2;

/** Physical lines in: cuts bytes into lines, enters them in the table, gathers their content in the lanes. */
export class Intake {
  readonly table = new LineTable();
  readonly lanes: (Lane | null)[] = [null, null, null];
  /** What is to be replaced outside the content, by the line's number in the table for good. */
  readonly rest = new Map<number, Cuts>();
  /** Every byte that has not left: `bytes` begins at file offset `base` with the oldest line that waits. */
  bytes: Buffer;
  base = 0;
  /** Line ends seen. */
  records = 0;
  readonly #frame: Frame;
  readonly #makeLane: () => EditingRedactor;
  readonly #rest: RestScan;
  #buffer: Buffer = Buffer.allocUnsafeSlow(128 * 1024);
  /** `bytes[0, parsed)` is in the table; there is no LF in `bytes[parsed, searched)`. */
  #parsed = 0;
  #searched = 0;
  /** The lane of a line whose beginning is in the table and whose end has not come, or -1. */
  #open = -1;
  #openFull = false;

  constructor(frame: Frame, makeLane: () => EditingRedactor, makeRest: () => EditingRedactor) {
    this.bytes = this.#buffer.subarray(0, 0);
    this.#frame = frame;
    this.#makeLane = makeLane;
    this.#rest = new RestScan(frame, makeRest);
  }

  get findings(): FindingList | null {
    return this.#rest.findings;
  }

  /** Bytes of a line that is not complete. */
  get unparsed(): number {
    return this.bytes.length - this.#parsed;
  }

  get isOpen(): boolean {
    return this.#open !== -1;
  }

  take(chunk: Uint8Array): void {
    const held = this.bytes.length;
    if (this.bytes.byteOffset + held + chunk.length > this.#buffer.length)
      this.#makeRoom(held + chunk.length);
    // The buffer has memory of its own, so `byteOffset` is an index into it.
    const at = this.bytes.byteOffset;
    this.#buffer.set(chunk, at + held);
    this.bytes = this.#buffer.subarray(at, at + held + chunk.length);
  }

  /** Forgets the bytes ahead of file offset `to`: they have left. */
  release(to: number): void {
    const gone = to - this.base;
    if (gone === 0) return;
    this.base = to;
    this.#parsed -= gone;
    this.#searched = Math.max(this.#parsed, this.#searched - gone);
    this.bytes = this.bytes.subarray(gone);
    if (this.bytes.length <= CHEAP_MOVE) this.#moveTo(this.#buffer);
  }

  /** Enters every complete line, and the pieces of one that has grown too long. */
  readLines(): void {
    const { bytes } = this;
    for (const lane of this.lanes) lane?.reserve(bytes.length - this.#parsed);
    for (;;) {
      const from = this.#parsed;
      const lf = bytes.indexOf(LF, Math.max(from, this.#searched));
      const to = lf === -1 ? bytes.length : lf;
      if (to - from > MAX_LINE) this.#enterPiece(from, from + MAX_LINE);
      else if (lf === -1) break;
      else this.#enterLine(from, lf);
    }
    this.#searched = bytes.length;
  }

  /**
   * Enters the beginning of a line whose end has not come.
   * @param final the file ends here; else a beginning that says too little is left
   */
  readRemainder(final: boolean): void {
    const from = this.#parsed;
    const to = this.bytes.length;
    if (from === to) return;
    if (!final && this.#open === -1 && this.#frame.awaits(this.bytes, from, to)) return;
    this.#enterPiece(from, to);
  }

  swap(matcher: Matcher): void {
    for (const lane of this.lanes) lane?.swap(matcher);
    this.#rest.swap(matcher);
    this.#frame.forget();
  }

  /** Forgets everything, and overwrites it. */
  clear(): void {
    this.table.remove(this.table.length);
    this.rest.clear();
    this.base += this.bytes.length;
    this.#buffer.fill(0);
    this.bytes = this.#buffer.subarray(0, 0);
    this.#parsed = 0;
    this.#searched = 0;
    this.#open = -1;
  }

  /** After a fault: new lanes will be made as they are needed. */
  discardLanes(): void {
    for (let i = 0; i < this.lanes.length; i++) {
      this.lanes[i]?.discard();
      this.lanes[i] = null;
    }
    this.#rest.discard();
  }

  #enterLine(from: number, to: number): void {
    this.records++;
    if (this.#open !== -1) {
      const ending = this.#openFull ? ENDS | ENDS_LOGICAL : ENDS;
      const open = this.#open;
      this.#open = -1;
      this.#enterPlain(open, from, to, ending);
    } else if (this.#frame.read(this.bytes, from, to)) this.#enterFramed(from, to, true);
    else this.#enterPlain(UNFRAMED, from, to, ENDS | ENDS_LOGICAL);
  }

  #enterPiece(from: number, to: number): void {
    if (this.#open !== -1) this.#enterPlain(this.#open, from, to, 0);
    else if (this.#frame.readOpen(this.bytes, from, to)) {
      this.#enterFramed(from, to, false);
      this.#open = this.#frame.stream;
      this.#openFull = this.#frame.full;
    } else {
      this.#enterPlain(UNFRAMED, from, to, 0);
      this.#open = UNFRAMED;
      this.#openFull = true;
    }
  }

  #enterFramed(from: number, to: number, ends: boolean): void {
    const frame = this.#frame;
    const lane = this.#lane(frame.stream);
    let end = frame.copyContent(this.bytes, to, lane.scratch, lane.filled);
    let kind: number = frame.stream | HEADED;
    if (ends) kind |= ENDS;
    if (ends && frame.full) {
      lane.scratch[end++] = LF;
      kind |= ENDS_LOGICAL;
    }
    lane.filled = end;
    if (frame.hasRest) this.#scanRest(from, to);
    this.#parsed = ends ? to + 1 : to;
    const { base } = this;
    this.table.push(base + this.#parsed, base + frame.contentStart, lane.fed + end, kind);
  }

  #enterPlain(index: number, from: number, to: number, ending: number): void {
    const lane = this.#lane(index);
    lane.scratch.set(this.bytes.subarray(from, to), lane.filled);
    lane.filled += to - from;
    if (ending & ENDS_LOGICAL) lane.scratch[lane.filled++] = LF;
    this.#parsed = ending & ENDS ? to + 1 : to;
    const { base } = this;
    this.table.push(base + this.#parsed, base + from, lane.fed + lane.filled, index | ending);
  }

  #scanRest(from: number, to: number): void {
    const cuts = this.#rest.scan(this.bytes, from, to);
    if (cuts.length === 0) this.#frame.restIsClean();
    else this.rest.set(this.table.removed + this.table.length, cuts);
  }

  #lane(index: number): Lane {
    let lane = this.lanes[index]!;
    if (lane === null) {
      lane = new Lane(this.#makeLane());
      lane.reserve(this.bytes.length - this.#parsed);
      this.lanes[index] = lane;
    }
    return lane;
  }

  #makeRoom(bytes: number): void {
    if (bytes <= this.#buffer.length / 2) {
      this.#moveTo(this.#buffer);
      return;
    }
    const old = this.#buffer;
    this.#moveTo(Buffer.allocUnsafeSlow(Math.max(old.length * 2, bytes)));
    old.fill(0);
  }

  #moveTo(to: Buffer): void {
    const { length } = this.bytes;
    to.set(this.bytes, 0);
    this.#buffer = to;
    this.bytes = to.subarray(0, length);
  }
}
