/** Says of a token that it can't be told yet where it ends: the data stops inside it. */
export const INCOMPLETE = -1;

/**
 * A decoded copy of a stretch of the haystack, with the way back. Byte i of the view stands for the source
 * bytes `[starts[i], ends[i])`, in the coordinates of the haystack as it came, also for a view of a view.
 */
export class View {
  bytes: Uint8Array = new Uint8Array(4096);
  starts: Int32Array = new Int32Array(4096);
  ends: Int32Array = new Int32Array(4096);
  length = 0;
  /** True when at least one token differs from its source. */
  changed = false;
  /** Source position of a token that the data's end cuts, or -1. */
  pending = -1;
  /** Source bytes `[sourceStart, sourceEnd)` that the view was built from. */
  sourceStart = 0;
  sourceEnd = 0;

  reset(sourceStart: number, sourceEnd: number, capacity: number): void {
    if (this.bytes.length < capacity) {
      const size = Math.max(capacity, this.bytes.length * 2);
      this.bytes = Buffer.allocUnsafeSlow(size);
      this.starts = new Int32Array(size);
      this.ends = new Int32Array(size);
    }
    this.length = 0;
    this.changed = false;
    this.pending = -1;
    this.sourceStart = sourceStart;
    this.sourceEnd = sourceEnd;
  }

  /** The view holds decoded secrets: overwritten when the redactor lets go of it. */
  wipe(): void {
    this.bytes.fill(0);
  }

  /** The start of the token that `position` (in the haystack's coordinates) stands in, or the position itself. */
  tokenStart(position: number): number {
    if (position <= this.sourceStart || position >= this.sourceEnd) return position;
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.starts[middle]! <= position) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return this.sourceStart;
    const start = this.starts[low - 1]!;
    const end = this.ends[low - 1]!;
    if (position < end) return start;
    // Between two tokens that the view shows stands one that it hides (a colour code).
    return position === end ? position : end;
  }
}

/** The source of a view: the haystack itself, or another view. */
export interface ViewSource {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
  /** Null when the source is the haystack: positions are their own. */
  readonly starts: Int32Array | null;
  readonly ends: Int32Array | null;
}

/** Undoes one kind of escape. Cost is linear in the source, the view is never longer than it. */
export type Decoder = (
  source: ViewSource,
  /** Data may follow the source's end: a token that it cuts is left to `view.pending`. */
  more: boolean,
  view: View,
) => void;

/** Appends one view byte for source bytes `[at, next)`. */
export function emit(view: View, source: ViewSource, byte: number, at: number, next: number): void {
  const i = view.length++;
  view.bytes[i] = byte;
  view.starts[i] = source.starts === null ? at : source.starts[at]!;
  view.ends[i] = source.ends === null ? next : source.ends[next - 1]!;
}

/** Appends a code point as UTF-8; every byte stands for source bytes `[at, next)`. A lone surrogate takes 3 bytes. */
export function emitCodePoint(view: View, source: ViewSource, code: number, at: number, next: number): void {
  if (code < 0x80) {
    emit(view, source, code, at, next);
  } else if (code < 0x800) {
    emit(view, source, 0xc0 | (code >>> 6), at, next);
    emit(view, source, 0x80 | (code & 63), at, next);
  } else if (code < 0x10000) {
    emit(view, source, 0xe0 | (code >>> 12), at, next);
    emit(view, source, 0x80 | ((code >>> 6) & 63), at, next);
    emit(view, source, 0x80 | (code & 63), at, next);
  } else {
    emit(view, source, 0xf0 | (code >>> 18), at, next);
    emit(view, source, 0x80 | ((code >>> 12) & 63), at, next);
    emit(view, source, 0x80 | ((code >>> 6) & 63), at, next);
    emit(view, source, 0x80 | (code & 63), at, next);
  }
}

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

/** Copies source bytes `[at, next)` one to one. */
export function copyRun(view: View, source: ViewSource, at: number, next: number): void {
  const { bytes, starts, ends } = view;
  let i = view.length;
  if (source.starts === null || source.ends === null) {
    for (let p = at; p < next; p++, i++) {
      bytes[i] = source.bytes[p]!;
      starts[i] = p;
      ends[i] = p + 1;
    }
  } else {
    for (let p = at; p < next; p++, i++) {
      bytes[i] = source.bytes[p]!;
      starts[i] = source.starts[p]!;
      ends[i] = source.ends[p]!;
    }
  }
  view.length = i;
}

/** Notes that the token at source index `at` is cut by the data's end. */
export function suspend(view: View, source: ViewSource, at: number): void {
  view.pending = source.starts === null ? at : source.starts[at]!;
}
