import { SAW_AMPERSAND, SAW_BACKSLASH, SAW_ESC, SAW_PERCENT } from './kernel/kernel.ts';
import type { Scanner } from './scanner.ts';
import type { SpanList } from './span-list.ts';
import { decodeEntities } from './views/entities.ts';
import { decodeEscapes } from './views/escape.ts';
import { decodePercent } from './views/percent.ts';
import { type Decoder, View, type ViewSource } from './views/view.ts';
import { foldWhitespace } from './views/whitespace.ts';

const SAW_ESCAPE = SAW_BACKSLASH | SAW_ESC;
/** SAW_* bit of each byte that opens an escape. */
const TRIGGERS = new Uint8Array(256);
TRIGGERS[0x5c] = SAW_BACKSLASH;
TRIGGERS[0x1b] = SAW_ESC;
TRIGGERS[0x25] = SAW_PERCENT;
TRIGGERS[0x26] = SAW_AMPERSAND;
/** Escapes less than this many bytes apart share a view: a start costs more than the bytes between. */
const NEIGHBOURS = 1024;

/** SAW_* bits of the bytes in `[from, to)`. */
export function triggersIn(bytes: Uint8Array, from: number, to: number): number {
  let seen = 0;
  for (let i = from; i < to; i++) seen |= TRIGGERS[bytes[i]!]!;
  return seen;
}

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

function allViews(at: ViewNode): View[] {
  return [at.view, ...at.children.flatMap(allViews)];
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

  /** Overwrites the decoded bytes. */
  wipe(): void {
    for (const view of this.#roots.flatMap(allViews)) view.wipe();
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

  /** Builds the root's view for each group of lines that hold its trigger. */
  #lines(root: ViewNode, haystack: Buffer, from: number, end: number, more: boolean, spans: SpanList): void {
    let at = from;
    while (at < end) {
      while (at < end && (TRIGGERS[haystack[at]!]! & root.trigger) === 0) at++;
      if (at === end) return;
      const lineStart = Math.max(from, haystack.lastIndexOf(10, at) + 1);
      let last = at;
      for (at++; at < end && at - last < NEIGHBOURS; at++) {
        if ((TRIGGERS[haystack[at]!]! & root.trigger) !== 0) last = at;
      }
      const found = haystack.indexOf(10, last);
      const lineEnd = found === -1 || found > end ? end : found;
      this.#region(root, haystack, lineStart, lineEnd, more && lineEnd === end, spans);
      at = lineEnd;
    }
  }

  #region(root: ViewNode, haystack: Buffer, from: number, to: number, more: boolean, spans: SpanList): void {
    this.#visit(root, { bytes: haystack, from, to, view: null }, more, spans);
  }

  #visit(at: ViewNode, source: ViewSource, more: boolean, spans: SpanList): void {
    const { view } = at;
    view.reset(source);
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
      this.#visit(child, { bytes: view.bytes, from: 0, to: view.length, view }, more, spans);
    }
  }

  #scanView(at: ViewNode, more: boolean, spans: SpanList): void {
    const { view } = at;
    const scanner = this.#scanner;
    scanner.scan(view.bytes, 0, view.length, more, at.code);
    const found = scanner.spans;
    for (let i = 0; i < found.length; i++) {
      const start = view.startOf(found.start(i));
      const end = view.endOf(found.end(i) - 1);
      // Without an escape inside it was found in the view's source already.
      if (end - start !== found.end(i) - found.start(i)) {
        spans.push(start, end, found.rule(i), found.spelling(i));
      }
    }
    if (scanner.holdFrom < view.length)
      this.holdFrom = Math.min(this.holdFrom, view.startOf(scanner.holdFrom));
    if (scanner.resumeFrom < view.length) {
      this.resumeFrom = Math.min(this.resumeFrom, view.startOf(scanner.resumeFrom));
    }
  }
}
