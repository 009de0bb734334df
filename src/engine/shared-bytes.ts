import { hasBit } from './bits.ts';
import { gramHash } from './kernel/kernel.ts';
import type { NeedleIndex } from './needle-index.ts';
import { WINDOW } from './needle-tables.ts';
import { CLOSED, CUT_MIN, type Edge, MORE } from './scanner.ts';
import type { SpanList } from './span-list.ts';
import { CUT } from './spelling.ts';
import { TOKEN_MAX, type View } from './views/view.ts';

const GRAM = 4;
/** Grams that begin no needle though their bit is set, each in its cell: a flood asks for the same ones. */
const REFUSED = 64;

/** A view that is looked through. */
interface Task {
  readonly view: View;
  /** What stands behind its last piece. */
  readonly edge: Edge;
  /** Its code in the findings' spelling. */
  readonly code: number;
  /** Takes what is found, in the view's coordinates: from an escape to a needle's end. */
  readonly spans: SpanList;
}

/**
 * Seeks needles of which the first bytes are the last ones of an escape, too: a decoder reads `%3dkP%3D` from the left
 * as `=kP=`, and does not see the secret that is spelt `dkP%3D`. The text that is compared here begins inside the
 * escape, as it stands, and goes on with what the view has behind it.
 */
export class SharedBytes {
  readonly #needles: NeedleIndex;
  readonly #text: Uint8Array;
  readonly #refused = new Float64Array(REFUSED).fill(-1);
  /** The piece looked at last, and the first escape that may begin a needle that the data's end cuts. */
  #piece = 0;
  #hold = 0;

  constructor(needles: NeedleIndex) {
    this.#needles = needles;
    this.#text = new Uint8Array(TOKEN_MAX + needles.tables.longest);
  }

  /** @returns the first byte of the view that is undecided: an escape; the view's length if there is none */
  scan(task: Task): number {
    const { bytes, source, cells, segments, length, wakeFrom } = task.view;
    const cellsEnd = 3 * segments;
    this.#piece = 0;
    this.#hold = length;
    for (let cell = 0; cell < cellsEnd; cell += 3) {
      const start = cells[cell]!;
      const behind = cell + 3 < cellsEnd ? cells[cell + 3]! : length;
      const next = cells[cell + 2]!;
      const first = Math.max(cells[cell + 1]! + 1, next - TOKEN_MAX);
      // Bytes that stand for themselves, or for none.
      if (start < wakeFrom || behind === start || behind - start > next - first) continue;
      let gram = bytes[behind]! | (bytes[behind + 1]! << 8) | (bytes[behind + 2]! << 16);
      for (let from = next - 1; from >= first; from--) {
        gram = (gram << 8) | source[from]!;
        if (next - from + length - behind >= GRAM && !this.#mayBegin(gram)) continue;
        for (let at = from; at < next; at++) this.#text[at - from] = source[at]!;
        this.#compare(task, start, behind, next - from, gram);
      }
    }
    return this.#hold;
  }

  /** Overwrites the text that was compared last. */
  wipe(): void {
    this.#text.fill(0);
    this.#refused.fill(-1);
  }

  /** Compares the text of which `shared` bytes are in place, and the others in the view from `behind` on. */
  #compare({ view, edge, code, spans }: Task, start: number, behind: number, shared: number, gram: number) {
    const needles = this.#needles;
    const text = this.#text;
    const { size, secret, variant, longest } = needles.tables;
    const { pieces } = view;
    this.#piece = pieces.at(start, this.#piece);
    const isLast = this.#piece + 1 === pieces.count;
    const end = isLast ? view.length : pieces.start(this.#piece + 1);
    const first = Math.min(WINDOW, this.#append(view, behind, Math.min(end, behind + WINDOW), shared));
    if (!needles.begins(text, 0, first)) {
      this.#refuse(gram, first);
      return;
    }
    const close = Math.min(end, behind + longest);
    const length = this.#append(view, behind, close, shared);
    const found = needles.longestAt(text, 0, length);
    const stop = found === -1 ? behind : behind + size[found]! - shared;
    // One without an escape of its own stands in the view's source as it is.
    if (stop > behind && view.differs(behind, stop))
      spans.push(start, stop, secret[found]!, code * 64 + variant[found]!);
    if (!isLast || edge === CLOSED || close < end) return;
    const begun = needles.startsWith(text, 0, length);
    if (begun === -1) return;
    if (edge === MORE) this.#hold = Math.min(this.#hold, start);
    else if (length >= CUT_MIN && behind < end && view.differs(behind, end))
      spans.push(start, end, secret[begun]!, code * 64 + CUT);
  }

  /** Puts bytes `[from, to)` of the view behind the shared ones. @returns the length of the text */
  #append({ bytes }: View, from: number, to: number, shared: number): number {
    for (let at = from; at < to; at++) this.#text[shared + at - from] = bytes[at]!;
    return shared + to - from;
  }

  #mayBegin(gram: number): boolean {
    const { pairs, heads, headBits } = this.#needles.tables;
    // In the nearest cache: of two bytes in a row most begin no needle.
    if (!hasBit(pairs, gram & 0xffff)) return false;
    const bit = gramHash(gram, headBits);
    return hasBit(heads, bit) && this.#refused[bit & (REFUSED - 1)] !== gram >>> 0;
  }

  /** Notes a gram if it begins no needle: the text does not, of which `length` bytes were compared. */
  #refuse(gram: number, length: number): void {
    if (length < GRAM || this.#needles.begins(this.#text, 0, GRAM)) return;
    this.#refused[gramHash(gram, this.#needles.tables.headBits) & (REFUSED - 1)] = gram >>> 0;
  }
}
