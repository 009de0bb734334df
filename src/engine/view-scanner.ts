import { SAW_AMPERSAND, SAW_BACKSLASH, SAW_ESC, SAW_PERCENT } from './kernel/kernel.ts';
import { CLOSED, type Edge, MORE, type Scanner } from './scanner.ts';
import type { SpanList } from './span-list.ts';
import { NO_VARIANT } from './spelling.ts';
import { decodeEntities, opensReference } from './views/entities.ts';
import { decodeEscapes, hideControls } from './views/escape.ts';
import { decodePercent, opensPercent } from './views/percent.ts';
import { type Decoder, View, type ViewSource } from './views/view.ts';
import { foldWhitespace } from './views/whitespace.ts';

const SAW_ESCAPE = SAW_BACKSLASH | SAW_ESC;
/** SAW_* bit of each byte that opens an escape. */
const TRIGGERS = new Uint8Array(256);
TRIGGERS[0x5c] = SAW_BACKSLASH;
TRIGGERS[0x1b] = SAW_ESC;
TRIGGERS[0x25] = SAW_PERCENT;
TRIGGERS[0x26] = SAW_AMPERSAND;
/** The bytes of each root's trigger, for native searches over clean stretches. */
const TRIGGER_BYTES = new Map<number, readonly number[]>([
  [SAW_ESCAPE, [0x5c, 0x1b]],
  [SAW_ESC, [0x1b]],
  [SAW_PERCENT, [0x25]],
  [SAW_AMPERSAND, [0x26]],
]);
/** For each root's trigger whether such a byte opens an escape there: most `&` stand between parameters. */
const OPENS = new Map<number, (source: ViewSource, at: number, more: boolean) => boolean>([
  [SAW_ESCAPE, () => true],
  [SAW_ESC, () => true],
  [SAW_PERCENT, opensPercent],
  [SAW_AMPERSAND, opensReference],
]);
/** A view takes this many clean bytes on either side of its escapes, or as many as the longest needle has. */
const MARGIN_MIN = 64;
/** Source bytes that a byte of a view inside a view takes at most, near enough: `&#x0027;`. */
const WIDEST_TOKEN = 8;

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
  /** What the children's source must hold, besides its own. */
  readonly inside: number;
  readonly children: readonly ViewNode[];
  readonly view: View;
}

/** A stretch of the haystack. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

const NOWHERE: Stretch = { from: 0, to: 0 };

function node(code: number, decode: Decoder, trigger: number, children: ViewNode[] = []): ViewNode {
  const inside = children.reduce((bits, child) => bits | child.trigger, 0) & ~trigger;
  return { code, decode, trigger, inside, children, view: new View() };
}

function allViews(at: ViewNode): View[] {
  return [at.view, ...at.children.flatMap(allViews)];
}

/**
 * The views that are tried, codes as in `VIEW_NAMES`: four levels of escapes (a JSON string, JSON in it, JSON in
 * that, and a value that was escaped itself), two of percent-encoding, references, and at each level of escapes
 * what stands inside them: an URL or a coloured line in JSON in JSON is as common as one in JSON.
 */
function viewTree(whitespace: boolean): ViewNode[] {
  const folded = (code: number) => (whitespace ? [node(code, foldWhitespace, 0)] : []);
  const inside = () => [
    node(7, decodePercent, SAW_PERCENT, [node(7, decodePercent, SAW_PERCENT)]),
    node(8, decodeEntities, SAW_AMPERSAND),
    node(12, hideControls, SAW_ESC),
    ...folded(10),
  ];
  const fourTimes = node(13, decodeEscapes, SAW_ESCAPE);
  const thrice = node(3, decodeEscapes, SAW_ESCAPE, [fourTimes, ...inside()]);
  const twice = node(2, decodeEscapes, SAW_ESCAPE, [thrice, ...inside()]);
  return [
    node(1, decodeEscapes, SAW_ESCAPE, [twice, ...inside()]),
    node(11, hideControls, SAW_ESC),
    node(4, decodePercent, SAW_PERCENT, [node(5, decodePercent, SAW_PERCENT)]),
    node(6, decodeEntities, SAW_AMPERSAND),
    ...folded(9),
  ];
}

/**
 * Scans the decoded views of a haystack, only around its escapes; the findings are mapped back to whole
 * source tokens. Clean stretches cost nothing here.
 */
export class ViewScanner {
  holdFrom = 0;
  resumeFrom = 0;
  readonly #scanner: Scanner;
  readonly #idle: boolean;
  readonly #margin: number;
  readonly #whitespace: boolean;
  /** Made with the first byte that may open an escape: most requests of a proxy hold none. */
  #tree: { readonly roots: readonly ViewNode[]; readonly views: readonly View[] } | null = null;
  /** The views of each root's last stretch, for `tokenStart`. */
  #last: View[][] = [];
  /** Where the last stretch shows a detector what its source does not. */
  #escaped: Stretch = NOWHERE;

  /** @param whitespace some secret is met only when white space is folded: every byte is looked at once more */
  constructor(scanner: Scanner, whitespace: boolean) {
    this.#scanner = scanner;
    this.#idle = scanner.idle;
    this.#margin = Math.max(MARGIN_MIN, scanner.reach);
    this.#whitespace = whitespace;
  }

  /**
   * Pushes the spans found in views of a stretch of the haystack to `spans`, in the haystack's coordinates.
   * @param range begins at a token's start
   * @param seen SAW_* bits of those bytes
   */
  scan(haystack: Buffer, range: Stretch, edge: Edge, seen: number, spans: SpanList): void {
    this.holdFrom = range.to;
    this.resumeFrom = range.to;
    if (this.#idle || (this.#tree === null && seen === 0 && !this.#whitespace)) return;
    const { roots } = this.#grown();
    for (let index = 0; index < roots.length; index++) {
      const root = roots[index]!;
      this.#last[index]!.length = 0;
      if (root.trigger === 0) this.#stretch(index, haystack, range, NOWHERE, edge, spans);
      else if ((seen & root.trigger) !== 0) this.#around(index, haystack, range, edge, seen, spans);
    }
  }

  /** Overwrites the decoded bytes. */
  wipe(): void {
    for (const view of this.#tree?.views ?? []) view.wipe();
  }

  #grown(): { readonly roots: readonly ViewNode[] } {
    if (this.#tree === null) {
      const roots = viewTree(this.#whitespace);
      this.#tree = { roots, views: roots.flatMap(allViews) };
      this.#last = roots.map(() => []);
    }
    return this.#tree;
  }

  /** The start of the token that a position stands in, in every view of the last stretches at once. */
  tokenStart(position: number): number {
    let at = position;
    for (;;) {
      let start = at;
      for (const views of this.#last)
        for (const view of views) start = Math.min(start, view.tokenStart(start));
      if (start === at) return at;
      at = start;
    }
  }

  /** Builds the root's view around each group of its triggers: those closer than two margins share one. */
  #around(index: number, haystack: Buffer, range: Stretch, edge: Edge, seen: number, spans: SpanList): void {
    const { trigger, inside } = this.#tree!.roots[index]!;
    const margin = this.#margin;
    const end = range.to;
    const source: ViewSource = { bytes: haystack, from: range.from, to: end, view: null };
    const cursor = new TriggerCursor(source, trigger, edge === MORE);
    for (let at = cursor.next(range.from); at < end; ) {
      const first = at;
      const from =
        (seen & inside) === 0
          ? Math.max(range.from, at - margin)
          : this.#widened(haystack, range.from, at, inside);
      let last = at;
      for (at = cursor.next(at + 1); at < end && at - last < 2 * margin; at = cursor.next(at + 1)) last = at;
      // To the line's end for the detectors, a margin further for needles of several lines.
      const found = haystack.indexOf(10, last);
      const to = Math.min(end, Math.max(last + margin, found === -1 ? end : found));
      const lines = { from: first, to: found === -1 ? end : found };
      this.#stretch(index, haystack, { from, to }, lines, to === end ? edge : CLOSED, spans);
      at = cursor.next(Math.max(at, to));
    }
  }

  /**
   * Where the view around the escape at `at` begins when what it holds may be escaped in another way too:
   * a margin ahead of the first of those escapes, each at most a margin from the next.
   */
  #widened(haystack: Buffer, floor: number, at: number, inside: number): number {
    const margin = this.#margin;
    const least = Math.max(floor, at - WIDEST_TOKEN * margin);
    let from = Math.max(least, at - margin);
    for (let i = at - 1; i >= from; i--) {
      if ((TRIGGERS[haystack[i]!]! & inside) !== 0) from = Math.max(least, i - margin);
    }
    return from;
  }

  /** @param escaped from the first escape to the end of the last one's line */
  #stretch(
    index: number,
    haystack: Buffer,
    range: Stretch,
    escaped: Stretch,
    edge: Edge,
    spans: SpanList,
  ): void {
    this.#escaped = escaped;
    const visited = this.#last[index]!;
    visited.length = 0;
    const source = { bytes: haystack, from: range.from, to: range.to, view: null };
    this.#visit(this.#tree!.roots[index]!, source, edge, spans, visited);
  }

  #visit(at: ViewNode, source: ViewSource, edge: Edge, spans: SpanList, visited: View[]): void {
    const { view } = at;
    const more = edge === MORE;
    view.reset(source);
    at.decode(source, more, view);
    visited.push(view);
    if (view.pending !== -1) {
      this.holdFrom = Math.min(this.holdFrom, view.pending);
      this.resumeFrom = Math.min(this.resumeFrom, view.pending);
    }
    if (!view.changed && view.pending === -1) return;
    this.#scanView(at, edge, spans);
    const seen = this.#scanner.seen;
    for (const child of at.children) {
      if (child.trigger !== 0 && (seen & child.trigger) === 0) continue;
      this.#visit(child, { bytes: view.bytes, from: 0, to: view.length, view }, edge, spans, visited);
    }
  }

  #scanView(at: ViewNode, edge: Edge, spans: SpanList): void {
    const { view } = at;
    const scanner = this.#scanner;
    const escaped = this.#escaped;
    scanner.scan(view.bytes, 0, view.length, edge, at.code);
    const found = scanner.spans;
    for (let i = 0; i < found.length; i++) {
      const start = view.startOf(found.start(i));
      const end = view.endOf(found.end(i) - 1);
      // A needle without an escape inside was found in the view's source already; a detector may have seen what
      // stands round the secret here alone: `\u0022token\u0022`, `token%3D`, the lines of a document in one string.
      // Ahead of the first escape there is nothing new, and behind its line the stretch ends anywhere.
      const detected = (found.spelling(i) & 63) === NO_VARIANT && start >= escaped.from && end <= escaped.to;
      if (detected || end - start !== found.end(i) - found.start(i)) {
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

/** Bytes looked at one by one before a native search, which costs about as much as 40 of them. */
const NEAR = 40;

/** The next trigger that opens an escape; each byte is searched for once over every stretch, however they mix. */
class TriggerCursor {
  readonly #source: ViewSource;
  readonly #haystack: Buffer;
  readonly #trigger: number;
  readonly #more: boolean;
  readonly #opens: (source: ViewSource, at: number, more: boolean) => boolean;
  readonly #bytes: readonly number[];
  readonly #at: number[];

  constructor(source: ViewSource, trigger: number, more: boolean) {
    this.#source = source;
    this.#haystack = source.bytes.subarray(0, source.to);
    this.#trigger = trigger;
    this.#more = more;
    this.#opens = OPENS.get(trigger)!;
    this.#bytes = TRIGGER_BYTES.get(trigger)!;
    this.#at = this.#bytes.map(() => -1);
  }

  /** The first opener at or behind `from`, or the end. */
  next(from: number): number {
    const end = this.#haystack.length;
    let at = this.#nextByte(from);
    while (at < end && !this.#opens(this.#source, at, this.#more)) at = this.#nextByte(at + 1);
    return at;
  }

  #nextByte(from: number): number {
    const haystack = this.#haystack;
    const close = Math.min(from + NEAR, haystack.length);
    for (let at = from; at < close; at++) if ((TRIGGERS[haystack[at]!]! & this.#trigger) !== 0) return at;
    return this.#search(close);
  }

  #search(from: number): number {
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
