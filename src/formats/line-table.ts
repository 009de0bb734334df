/** Bits of `LineTable.kinds`; the two lowest name the lane. */
export const LANE = 3;
/** The line ends with LF in the file. */
export const ENDS = 4;
/** The lane's redactor was given an LF behind the content. */
export const ENDS_LOGICAL = 8;
/** The line has a header that the frame can write. */
export const HEADED = 16;

/** Physical lines that were read and have not left, oldest first: columns in typed arrays that are reused. */
export class LineTable {
  /** Absolute offset in the file behind the line, LF included: where the next one begins. */
  ends = new Float64Array(1024);
  /** Absolute offset in the file of the content. */
  contents = new Float64Array(1024);
  /** Absolute offset in the lane's logical stream behind the line. */
  streamEnds = new Float64Array(1024);
  kinds = new Uint8Array(1024);
  /** Lines `[head, tail)` wait. */
  head = 0;
  tail = 0;
  /** Lines ever removed from the front: `removed + index - head` names a line for good. */
  removed = 0;

  get length(): number {
    return this.tail - this.head;
  }

  push(end: number, content: number, streamEnd: number, kind: number): void {
    if (this.tail === this.kinds.length) this.#makeRoom();
    const at = this.tail++;
    this.ends[at] = end;
    this.contents[at] = content;
    this.streamEnds[at] = streamEnd;
    this.kinds[at] = kind;
  }

  /** Removes the oldest `count` lines. */
  remove(count: number): void {
    this.head += count;
    this.removed += count;
    if (this.head === this.tail) {
      this.head = 0;
      this.tail = 0;
    }
  }

  #makeRoom(): void {
    const { head, tail } = this;
    const capacity = head > this.kinds.length / 2 ? this.kinds.length : this.kinds.length * 2;
    this.ends = moved(this.ends, new Float64Array(capacity), head, tail);
    this.contents = moved(this.contents, new Float64Array(capacity), head, tail);
    this.streamEnds = moved(this.streamEnds, new Float64Array(capacity), head, tail);
    const kinds = new Uint8Array(capacity);
    kinds.set(this.kinds.subarray(head, tail));
    this.kinds = kinds;
    this.head = 0;
    this.tail = tail - head;
  }
}

function moved<T extends Float64Array>(from: T, to: T, head: number, tail: number): T {
  to.set(from.subarray(head, tail));
  return to;
}
