import { SAW_AMPERSAND, SAW_BACKSLASH, SAW_ESC, SAW_PERCENT } from './kernel/kernel.ts';
import type { Scanner } from './scanner.ts';
import type { SpanList } from './span-list.ts';
import { decodeEntities } from './views/entities.ts';
import { decodeEscapes } from './views/escape.ts';
import { decodePercent } from './views/percent.ts';
import { type Decoder, View, type ViewSource } from './views/view.ts';
import { foldWhitespace } from './views/whitespace.ts';

const SAW_ESCAPE = SAW_BACKSLASH | SAW_ESC;
const TRIGGER_BYTES: readonly (readonly [number, readonly number[]])[] = [
  [SAW_ESCAPE, [0x5c, 0x1b]],
  [SAW_PERCENT, [0x25]],
  [SAW_AMPERSAND, [0x26]],
];

/** One view: its code in `VIEW_NAMES`, how it is made, what its source must hold, and the views made of it. */
interface ViewNode {
  readonly code: number;
  readonly decode: Decoder;
  readonly trigger: number;
  readonly children: readonly ViewNode[];
  readonly view: View;
}

function node(code: number, decode: Decoder, trigger: number, children: ViewNode[] = []): ViewNode {
  return { code, decode, trigger, children, view: new View() };
}

/**
 * The views that are tried, codes as in `VIEW_NAMES`: three levels of escapes (a JSON string, JSON in it,
 * and JSON in that), two of percent-encoding, references, and what stands inside escapes once.
 */
function viewTree(whitespace: boolean): ViewNode[] {
  const folded = (code: number) => (whitespace ? [node(code, foldWhitespace, 0)] : []);
  return [
    node(1, decodeEscapes, SAW_ESCAPE, [
      node(2, decodeEscapes, SAW_ESCAPE, [node(3, decodeEscapes, SAW_ESCAPE)]),
      node(7, decodePercent, SAW_PERCENT),
      node(8, decodeEntities, SAW_AMPERSAND),
      ...folded(10),
    ]),
    node(4, decodePercent, SAW_PERCENT, [node(5, decodePercent, SAW_PERCENT)]),
    node(6, decodeEntities, SAW_AMPERSAND),
    ...folded(9),
  ];
}

/**
 * Scans the decoded views of a haystack, line by line and only where a line holds an escape; the findings
 * are mapped back to whole source tokens. Clean lines cost nothing here.
 */
export class ViewScanner {
  holdFrom = 0;
  resumeFrom = 0;
  readonly #scanner: Scanner;
  readonly #roots: readonly ViewNode[];
  /** The views of the last, unfinished line, for `tokenStart`. */
  readonly #open: View[] = [];
  readonly #source = { bytes: new Uint8Array(0), from: 0, to: 0, starts: null, ends: null } as {
    -readonly [K in keyof ViewSource]: ViewSource[K];
  };

  /** @param whitespace some secret is met only when white space is folded: every byte is looked at once more */
  constructor(scanner: Scanner, whitespace: boolean) {
    this.#scanner = scanner;
    this.#roots = viewTree(whitespace);
  }

  /**
   * Pushes the spans found in views of `haystack[from, end)` to `spans`, in the haystack's coordinates.
   * @param seen SAW_* bits of those bytes
   */
  scan(haystack: Buffer, from: number, end: number, more: boolean, seen: number, spans: SpanList): void {
    this.holdFrom = end;
    this.resumeFrom = end;
    this.#open.length = 0;
    for (const root of this.#roots) {
      if (root.trigger === 0) this.#region(root, haystack, from, end, more, spans);
      else if ((seen & root.trigger) !== 0) this.#lines(root, haystack, from, end, more, spans);
    }
  }

  /** The start of the token that a position stands in, in every view of the unfinished line at once. */
  tokenStart(position: number): number {
    let at = position;
    for (;;) {
      let start = at;
      for (const view of this.#open) start = Math.min(start, view.tokenStart(start));
      if (start === at) return at;
      at = start;
    }
  }

  /** Builds the root's view for each run of lines that hold its trigger. */
  #lines(root: ViewNode, haystack: Buffer, from: number, end: number, more: boolean, spans: SpanList): void {
    const cursor = new TriggerCursor(haystack, root.trigger, end);
    let trigger = cursor.next(from);
    while (trigger < end) {
      const lineStart = Math.max(from, haystack.lastIndexOf(10, trigger) + 1);
      let lineEnd = endOfLine(haystack, trigger, end);
      let next = cursor.next(lineEnd);
      while (next < end && endOfLine(haystack, lineEnd + 1, end) > next) {
        lineEnd = endOfLine(haystack, next, end);
        next = cursor.next(lineEnd);
      }
      this.#region(root, haystack, lineStart, lineEnd, more && lineEnd === end, spans);
      trigger = next;
    }
  }

  #region(root: ViewNode, haystack: Buffer, from: number, to: number, more: boolean, spans: SpanList): void {
    const source = this.#source;
    source.bytes = haystack;
    source.from = from;
    source.to = to;
    source.starts = null;
    source.ends = null;
    this.#visit(root, source, from, to, more, spans);
  }

  #visit(at: ViewNode, source: ViewSource, from: number, to: number, more: boolean, spans: SpanList): void {
    const { view } = at;
    view.reset(from, to, source.to - source.from);
    at.decode(source, more, view);
    if (more) this.#open.push(view);
    if (view.pending !== -1) {
      this.holdFrom = Math.min(this.holdFrom, view.pending);
      this.resumeFrom = Math.min(this.resumeFrom, view.pending);
    }
    if (!view.changed && view.pending === -1) return;
    this.#scanView(at, more, spans);
    const seen = this.#scanner.seen;
    for (const child of at.children) {
      if (child.trigger !== 0 && (seen & child.trigger) === 0) continue;
      const inner = { bytes: view.bytes, from: 0, to: view.length, starts: view.starts, ends: view.ends };
      this.#visit(child, inner, from, to, more, spans);
    }
  }

  #scanView(at: ViewNode, more: boolean, spans: SpanList): void {
    const { view } = at;
    const scanner = this.#scanner;
    scanner.scan(view.bytes, 0, view.length, more, at.code);
    const found = scanner.spans;
    for (let i = 0; i < found.length; i++) {
      const start = view.starts[found.start(i)]!;
      const end = view.ends[found.end(i) - 1]!;
      // Without an escape inside it was found in the view's source already.
      if (end - start !== found.end(i) - found.start(i)) {
        spans.push(start, end, found.rule(i), found.spelling(i));
      }
    }
    if (scanner.holdFrom < view.length)
      this.holdFrom = Math.min(this.holdFrom, view.starts[scanner.holdFrom]!);
    if (scanner.resumeFrom < view.length) {
      this.resumeFrom = Math.min(this.resumeFrom, view.starts[scanner.resumeFrom]!);
    }
  }
}

/** Steps over the bytes that open an escape; each byte value is searched for once, however they mix. */
class TriggerCursor {
  readonly #haystack: Buffer;
  readonly #bytes: readonly number[];
  readonly #at: number[];

  constructor(haystack: Buffer, trigger: number, end: number) {
    this.#haystack = haystack.subarray(0, end);
    this.#bytes = TRIGGER_BYTES.find(([mask]) => mask === trigger)![1];
    this.#at = this.#bytes.map(() => -1);
  }

  /** The first of the bytes at or behind `from`, or the end. */
  next(from: number): number {
    let nearest = this.#haystack.length;
    for (let i = 0; i < this.#bytes.length; i++) {
      if (this.#at[i]! < from) {
        const found = this.#haystack.indexOf(this.#bytes[i]!, from);
        this.#at[i] = found === -1 ? this.#haystack.length : found;
      }
      nearest = Math.min(nearest, this.#at[i]!);
    }
    return nearest;
  }
}

function endOfLine(haystack: Buffer, from: number, end: number): number {
  const at = haystack.subarray(0, end).indexOf(10, from);
  return at === -1 ? end : at;
}
