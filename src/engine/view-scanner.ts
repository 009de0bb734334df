import { CLOSED, type Edge, MORE, type Scanner, type Text } from './scanner.ts';
import { SharedBytes } from './shared-bytes.ts';
import type { SpanList } from './span-list.ts';
import { NO_VARIANT } from './spelling.ts';
import { CSI_MAX } from './views/escape.ts';
import { OpenerCursor } from './views/opener-cursor.ts';
import { allViews, type ViewNode, viewTree } from './views/tree.ts';
import { TOKEN_MAX, type View, type ViewSource } from './views/view.ts';

const LF = 10;
const ESC = 0x1b;
/** A view takes this many clean bytes on either side of its escapes, or as many as the longest needle has. */
const MARGIN_MIN = 64;
/** Source bytes that a byte of a view inside a view takes at most, near enough: `&#x0027;`. */
const WIDEST_TOKEN = 8;

/** A stretch of the haystack. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** A stretch that becomes a piece of a view. */
interface Source extends Stretch {
  /** Behind it a detector finds what it finds in the haystack; 0: everywhere. */
  readonly escapedTo: number;
  /** It begins in the middle of a line. */
  readonly inLine: boolean;
}

/** What the first escape brings. */
interface Grown {
  readonly roots: readonly ViewNode[];
  readonly views: readonly View[];
  readonly shared: SharedBytes;
}

/**
 * Scans the decoded views of a haystack, only around its escapes; the findings are mapped back to whole
 * source tokens. Clean stretches cost nothing here, and all others of one view are scanned in one go.
 */
export class ViewScanner {
  holdFrom = 0;
  resumeFrom = 0;
  readonly #scanner: Scanner;
  readonly #idle: boolean;
  readonly #margin: number;
  readonly #whitespace: boolean;
  /** Made with the first byte that may open an escape: most requests of a proxy hold none. */
  #tree: Grown | null = null;
  /** In the haystack: what begins ahead of it is decided. */
  #wakeFrom = 0;
  /** Of a root: what ends behind this is undecided, though it was found. */
  #decidedTo = Number.POSITIVE_INFINITY;
  /** The views of the last scan, for `tokenStart`. */
  readonly #visited: View[] = [];

  /** @param whitespace some secret is met only when white space is folded: every byte is looked at once more */
  constructor(scanner: Scanner, whitespace: boolean) {
    this.#scanner = scanner;
    this.#idle = scanner.idle;
    this.#margin = Math.max(MARGIN_MIN, scanner.reach);
    this.#whitespace = whitespace;
  }

  /**
   * Pushes the spans found in views of a stretch of the haystack to `spans`, in the haystack's coordinates.
   * @param haystack as the scanner has scanned it
   * @param range begins at a token's start
   * @param seen SAW_* bits of those bytes
   */
  scan(haystack: Text, range: Stretch, edge: Edge, seen: number, spans: SpanList): void {
    this.holdFrom = range.to;
    this.resumeFrom = range.to;
    this.#visited.length = 0;
    this.#wakeFrom = haystack.wakeFrom;
    if (this.#idle || (this.#tree === null && seen === 0 && !this.#whitespace)) return;
    for (const root of this.#grown().roots) {
      if (root.trigger !== 0 && (seen & root.trigger) === 0) continue;
      root.view.clear(null);
      this.#decidedTo = Number.POSITIVE_INFINITY;
      const open =
        root.trigger === 0
          ? this.#decode(root, haystack, { ...range, escapedTo: 0, inLine: false }, edge)
          : this.#around(root, haystack, range, edge, seen);
      this.#visit(root, open, spans);
    }
  }

  /** Overwrites the decoded bytes. */
  wipe(): void {
    for (const view of this.#tree?.views ?? []) view.wipe();
    this.#tree?.shared.wipe();
  }

  #grown(): Grown {
    if (this.#tree === null) {
      const roots = viewTree(this.#whitespace);
      const shared = new SharedBytes(this.#scanner.needles);
      this.#tree = { roots, views: roots.flatMap(allViews), shared };
    }
    return this.#tree;
  }

  /** The start of the token that a position stands in, in every view of the last scan at once. */
  tokenStart(position: number): number {
    let at = position;
    for (;;) {
      let start = at;
      for (const view of this.#visited) start = Math.min(start, view.tokenStart(start));
      if (start === at) return at;
      at = start;
    }
  }

  /**
   * Decodes what stands around each group of the root's escapes: those whose surroundings meet share one piece.
   * @returns what stands behind the last piece
   */
  #around(root: ViewNode, haystack: Text, range: Stretch, edge: Edge, seen: number): Edge {
    const margin = this.#margin;
    const end = range.to;
    const { bytes, openers, lines } = haystack;
    const cursor = new OpenerCursor(
      { bytes, from: range.from, to: end, openers },
      root.trigger,
      edge === MORE,
    );
    const inside = seen & root.inside;
    let open: Edge = CLOSED;
    let at = cursor.next(range.from);
    let start = this.#startOf(haystack, range, at, inside);
    while (at < end) {
      const from = start;
      let last = at;
      let [lineEnd, to] = [0, 0];
      for (;;) {
        at = cursor.next(last + 1);
        if (at >= end || at - last >= 2 * margin) {
          lineEnd = lines.endAt(bytes, last, end);
          // Behind the line for the detectors; for needles of several lines the escape, and a margin behind it.
          const token = bytes[last] === ESC ? CSI_MAX : TOKEN_MAX;
          to = Math.min(end, Math.max(last + token + margin, lineEnd + 1));
          start = this.#startOf(haystack, range, at, inside);
          if (at >= end || start >= to) break;
        }
        last = at;
      }
      const inLine = from > 0 && bytes[from - 1] !== LF;
      // Undecided as long as an escape that is still to come may begin in this piece.
      if (start >= to) open = this.#decode(root, haystack, { from, to, escapedTo: lineEnd, inLine }, CLOSED);
      else {
        this.#decidedTo = to;
        to = this.#behindLine(haystack, to, end);
        open = this.#decode(root, haystack, { from, to, escapedTo: lineEnd, inLine }, edge);
      }
    }
    return open;
  }

  /**
   * Where an undecided piece ends that takes the bytes up to `to`: behind that line, or the data, if within a margin. A
   * token that stops at a piece's end is held, and lines with it, until more comes.
   */
  #behindLine({ bytes, lines }: Text, to: number, end: number): number {
    if (to === end || bytes[to - 1] === LF) return to;
    const close = Math.min(end, to + this.#margin);
    const found = lines.endAt(bytes, to, close);
    return found === close && close < end ? to : Math.min(found + 1, end);
  }

  /** Where the piece around the escape at `at` begins: ahead of the keywords whose detectors look as far as that, too. */
  #startOf(text: Text, { from, to }: Stretch, at: number, inside: number): number {
    const start = this.#pieceStart(text, from, at, inside);
    // An escape that is still to come changes nothing for a keyword that is decided, and one that is not is held.
    if (at === to) return start;
    let keyword = text.reaches.first(at);
    // And in the views made so far: a reference near the keyword, a backslash far behind it.
    for (const view of this.#visited) {
      const index = view.indexAt(at);
      const found = view.reaches.first(index);
      if (found < index) keyword = Math.min(keyword, view.startOf(found));
    }
    return Math.min(start, Math.max(from, keyword - this.#scanner.mostBefore));
  }

  /**
   * The same without keywords: a margin ahead of the escape. When what the piece holds may be escaped in
   * another way too (`inside`), a margin ahead of the first of those escapes, each at most a margin from the next.
   */
  #pieceStart({ bytes, openers }: Text, floor: number, at: number, inside: number): number {
    const margin = this.#margin;
    if (inside === 0) return Math.max(floor, at - margin);
    const least = Math.max(floor, at - WIDEST_TOKEN * margin);
    let from = Math.max(least, at - margin);
    for (let i = openers.last(bytes, from, at, inside); i !== -1; i = openers.last(bytes, from, i, inside))
      from = Math.max(least, i - margin);
    return from;
  }

  /**
   * Decodes a piece of its source into a node's view.
   * @returns what stands behind the view's last piece: `edge`, or nothing if that piece shows nothing new
   */
  #decode({ decode, view }: ViewNode, text: Text, piece: Source, edge: Edge): Edge {
    const source: ViewSource = { bytes: text.bytes, from: piece.from, to: piece.to, openers: text.openers };
    view.open(source);
    decode(source, edge === MORE, view);
    return view.close(piece.escapedTo, piece.inLine) ? edge : CLOSED;
  }

  /** Scans a node's view, and the views made of it. */
  #visit(at: ViewNode, edge: Edge, spans: SpanList): void {
    const { view } = at;
    if (view.pieces.count === 0) return;
    this.#visited.push(view);
    if (view.pending !== -1) this.#hold(view.pending);
    this.#scanView(at, edge, spans);
    const { seen } = this.#scanner;
    for (const child of at.children) {
      if (child.trigger !== 0 && (seen & child.trigger) === 0) continue;
      child.view.clear(view);
      this.#visit(child, this.#inside(view, child, edge), spans);
    }
  }

  /**
   * Decodes those pieces of a view again in which a child's escapes open, each as a whole.
   * @returns what stands behind the last piece
   */
  #inside(view: View, child: ViewNode, edge: Edge): Edge {
    const { bytes, length, pieces, openers } = view;
    const whole = { bytes, from: 0, to: length, openers };
    const cursor = child.trigger === 0 ? null : new OpenerCursor(whole, child.trigger, edge === MORE);
    let open: Edge = CLOSED;
    for (let piece = 0; piece < pieces.count; piece++) {
      const start = pieces.start(piece);
      const at = cursor === null ? start : cursor.next(start);
      if (at === length) break;
      piece = pieces.at(at, piece);
      const isLast = piece + 1 === pieces.count;
      const source = {
        from: pieces.start(piece),
        to: isLast ? length : pieces.start(piece + 1),
        escapedTo: pieces.escapedTo(piece),
        inLine: pieces.beginsInLine(piece),
      };
      open = this.#decode(child, view, source, isLast ? edge : CLOSED);
    }
    return open;
  }

  #scanView(at: ViewNode, edge: Edge, spans: SpanList): void {
    const { view } = at;
    const { pieces } = view;
    const scanner = this.#scanner;
    // The view begins ahead of that, in the middle of a text: a window there is cut, and says something else.
    view.wakeFrom = view.indexAt(this.#wakeFrom);
    scanner.scan(view, 0, view.length, edge, at.code);
    const found = scanner.spans;
    // A run of white space is no escape: a needle begins with all of it or with none.
    const held =
      at.trigger === 0 ? view.length : this.#grown().shared.scan({ view, edge, code: at.code, spans: found });
    if (held < view.length) this.#hold(view.startOf(held));
    let piece = 0;
    for (let i = 0; i < found.length; i++) {
      piece = pieces.at(found.start(i), piece);
      const start = view.startOf(found.start(i));
      const end = view.endOf(found.end(i) - 1);
      // A needle without an escape inside was found in the view's source already; a detector may have seen what
      // stands round the secret here alone: `\u0022token\u0022`, `token%3D`, the lines of a document in one string.
      // Behind the line of the last escape the piece ends anywhere.
      const detected = (found.spelling(i) & 63) === NO_VARIANT && end <= pieces.escapedTo(piece);
      if (!detected && end - start === found.end(i) - found.start(i)) continue;
      if (end > this.#decidedTo && edge === MORE) this.#hold(start);
      else spans.push(start, end, found.rule(i), found.spelling(i));
    }
    if (scanner.holdFrom < view.length)
      this.holdFrom = Math.min(this.holdFrom, view.startOf(scanner.holdFrom));
    if (scanner.resumeFrom < view.length) {
      this.resumeFrom = Math.min(this.resumeFrom, view.startOf(scanner.resumeFrom));
    }
  }

  /** What begins at `position` is undecided, and is looked at anew. */
  #hold(position: number): void {
    this.holdFrom = Math.min(this.holdFrom, position);
    this.resumeFrom = Math.min(this.resumeFrom, position);
  }
}
