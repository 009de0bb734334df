import { LineEnds } from '../line-ends.ts';
import { Reaches } from '../reaches.ts';
import { Openers } from './openers.ts';
import { PieceList } from './piece-list.ts';

/** Says of a token that it can't be told yet where it ends: the data stops inside it. */
export const INCOMPLETE = -1;

/** Source bytes of the longest token but a control sequence: the reference `&#x0010FFFF;` of 14, and an escape of one. */
export const TOKEN_MAX = 16;

/** Runs up to this size are copied byte by byte: a native copy costs about as much as 32 bytes in a loop. */
const SHORT_RUN = 32;

const NO_BYTES: Buffer = Buffer.alloc(0);
const NO_CELLS = new Int32Array(0);

/**
 * A decoded copy of stretches of the haystack, with the way back. The map is a list of segments: a run of
 * bytes that stand for themselves, or one token (an escape) that stands for other bytes, or for none. What lies
 * between two stretches is in no segment. A view of a view maps to its parent, and through it to the haystack
 * as it came.
 */
export class View {
  /** Most bodies have no use for most views: memory comes with the first use. */
  bytes: Buffer = NO_BYTES;
  length = 0;
  readonly decoded = this;
  readonly pieces = new PieceList();
  /** Of the view's bytes; filled when it is scanned. */
  readonly openers = new Openers();
  readonly lines = new LineEnds();
  readonly reaches = new Reaches();
  /** What begins ahead of this view byte is decided. */
  wakeFrom = 0;
  /** True when at least one token of the piece under way differs from its source. */
  changed = false;
  /** Source position (in the haystack as it came) of a token that the data's end cuts, or -1. */
  pending = -1;
  /** What its pieces are made of. */
  source: Uint8Array = NO_BYTES;
  /** Per segment: where it begins in the view, in the source, and where it ends in the source. */
  cells: Int32Array = NO_CELLS;
  segments = 0;
  #parent: View | null = null;
  #from = 0;
  #to = 0;
  /** What `close` goes back to. */
  #opened = 0;
  #openedSegments = 0;
  #openedTo = 0;

  /** Begins anew, without a piece. */
  clear(parent: View | null): void {
    this.length = 0;
    this.pieces.clear();
    this.changed = false;
    this.pending = -1;
    this.#parent = parent;
    this.segments = 0;
    this.openers.clear(0);
    this.lines.clear(0);
    this.reaches.clear();
  }

  /** Begins a piece that takes `source`, which lies behind the piece before; what is decoded never grows longer. */
  open(source: ViewSource): void {
    this.#reserve(this.length + source.to - source.from);
    this.source = source.bytes;
    this.changed = false;
    if (this.pieces.count === 0) this.#from = source.from;
    this.#opened = this.length;
    this.#openedSegments = this.segments;
    this.#openedTo = this.#to;
    this.#to = source.to;
  }

  /** Ends the piece that was opened last; one that shows nothing new is left out. @returns whether it stays */
  close(escapedTo: number, inLine: boolean): boolean {
    if (this.changed || this.pending !== -1) {
      this.pieces.push(this.#opened, escapedTo, inLine);
      return true;
    }
    this.length = this.#opened;
    this.segments = this.#openedSegments;
    this.#to = this.#openedTo;
    return false;
  }

  /** Appends source bytes `[at, next)` as they are. */
  run(source: ViewSource, at: number, next: number): void {
    this.#segment(at, next);
    if (next - at > SHORT_RUN) source.bytes.copy(this.bytes, this.length, at, next);
    else for (let p = at, i = this.length; p < next; p++, i++) this.bytes[i] = source.bytes[p]!;
    this.length += next - at;
  }

  /** Appends one byte for source bytes `[at, next)`. */
  token(byte: number, at: number, next: number): void {
    this.#segment(at, next);
    this.bytes[this.length++] = byte;
  }

  /** Hides source bytes `[at, next)`. */
  hide(at: number, next: number): void {
    this.#segment(at, next);
  }

  /** Appends a code point as UTF-8 for source bytes `[at, next)`. A lone surrogate takes 3 bytes. */
  codePoint(code: number, at: number, next: number): void {
    this.#segment(at, next);
    const { bytes } = this;
    if (code < 0x80) {
      bytes[this.length++] = code;
      return;
    }
    if (code < 0x800) bytes[this.length++] = 0xc0 | (code >>> 6);
    else {
      if (code < 0x10000) bytes[this.length++] = 0xe0 | (code >>> 12);
      else {
        bytes[this.length++] = 0xf0 | (code >>> 18);
        bytes[this.length++] = 0x80 | ((code >>> 12) & 63);
      }
      bytes[this.length++] = 0x80 | ((code >>> 6) & 63);
    }
    bytes[this.length++] = 0x80 | (code & 63);
  }

  /** Notes that the token at source position `at` is cut by the data's end. */
  suspend(at: number): void {
    this.pending = this.#parent === null ? at : this.#parent.startOf(at);
  }

  /** Where the source of view byte `index` begins, in the haystack as it came. */
  startOf(index: number): number {
    const source = this.segments === 0 ? this.#from : this.#sourceStart(index);
    return this.#parent === null ? source : this.#parent.startOf(source);
  }

  /** Where the source of view byte `index` ends, in the haystack as it came. */
  endOf(index: number): number {
    const source = this.#sourceEnd(index);
    return this.#parent === null ? source : this.#parent.endOf(source - 1);
  }

  /**
   * Whether view bytes `[from, to)` take other bytes of the source than so many: a byte that stands for one other
   * (`+` for a blank) is no difference here, or what is found would hang on where the reading began.
   */
  differs(from: number, to: number): boolean {
    return this.#sourceEnd(to - 1) - this.#sourceStart(from) !== to - from;
  }

  /** The first view byte whose source ends behind `position` of the haystack as it came; `length` if none. */
  indexAt(position: number): number {
    const at = this.#parent === null ? position : this.#parent.indexAt(position);
    if (this.segments === 0 || at <= this.#from) return 0;
    const found = this.#find(at, 1);
    const cell = found * 3;
    if (at >= this.cells[cell + 2]!) return this.#viewStart(found + 1);
    return this.#isRun(cell) ? this.cells[cell]! + at - this.cells[cell + 1]! : this.cells[cell]!;
  }

  /** The start of the token that `position` (of the haystack as it came) stands in, or the position itself. */
  tokenStart(position: number): number {
    if (this.#parent === null) return this.#ownTokenStart(position);
    const outer = this.#parent.tokenStart(position);
    const inner = this.#parent.indexAt(outer);
    const start = this.#ownTokenStart(inner);
    return start === inner ? outer : this.#parent.startOf(start);
  }

  /** The view holds decoded secrets: overwritten when the redactor lets go of it. */
  wipe(): void {
    this.bytes.fill(0);
  }

  /** Where the source of view byte `index` begins and ends, in the source itself. */
  #sourceStart(index: number): number {
    const cell = this.#find(index, 0) * 3;
    return this.cells[cell + 1]! + (this.#isRun(cell) ? index - this.cells[cell]! : 0);
  }

  #sourceEnd(index: number): number {
    const cell = this.#find(index, 0) * 3;
    return this.#isRun(cell) ? this.cells[cell + 1]! + index - this.cells[cell]! + 1 : this.cells[cell + 2]!;
  }

  #ownTokenStart(at: number): number {
    if (this.segments === 0 || at <= this.#from || at >= this.#to) return at;
    const cell = this.#find(at, 1) * 3;
    return at >= this.cells[cell + 2]! || this.#isRun(cell) ? at : this.cells[cell + 1]!;
  }

  /** A run takes as many bytes in the view as in the source; so may a token of one byte, which maps alike. */
  #isRun(cell: number): boolean {
    return (
      this.#viewStart(cell / 3 + 1) - this.cells[cell]! === this.cells[cell + 2]! - this.cells[cell + 1]!
    );
  }

  #viewStart(segment: number): number {
    return segment < this.segments ? this.cells[segment * 3]! : this.length;
  }

  /** The last segment whose view start (column 0) or source start (column 1) is at or before `value`. */
  #find(value: number, column: 0 | 1): number {
    let low = 0;
    let high = this.segments;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.cells[middle * 3 + column]! <= value) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  #reserve(size: number): void {
    if (size <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(size, 4096, this.bytes.length * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes.fill(0);
    this.bytes = larger;
  }

  #segment(at: number, next: number): void {
    const cell = this.segments * 3;
    if (cell === this.cells.length) this.#grow();
    this.cells[cell] = this.length;
    this.cells[cell + 1] = at;
    this.cells[cell + 2] = next;
    this.segments++;
  }

  #grow(): void {
    const larger = new Int32Array(Math.max(3 * 64, this.cells.length * 2));
    larger.set(this.cells);
    this.cells = larger;
  }
}

/** What a piece of a view is made of: a stretch of the haystack itself, or of another view. */
export interface ViewSource {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  readonly openers: Openers;
}

/** Undoes one kind of escape. Cost is linear in the source. */
export type Decoder = (
  source: ViewSource,
  /** Data may follow the source's end: a token that it cuts is left to `view.pending`. */
  more: boolean,
  view: View,
) => void;

/** Value of each byte as a hex digit, or 255. */
export const HEX = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : 255;
});

/**
 * Reads exactly `digits` hex digits at `at`.
 * @returns the value; INCOMPLETE when the source ends among digits and more may follow; -2 when it is none.
 */
export function readHex(source: ViewSource, at: number, digits: number, more: boolean): number {
  let value = 0;
  for (let i = 0; i < digits; i++) {
    if (at + i >= source.to) return more ? INCOMPLETE : -2;
    const digit = HEX[source.bytes[at + i]!]!;
    if (digit === 255) return -2;
    value = value * 16 + digit;
  }
  return value;
}
