import { type Detector, FOUND, NONE, type Place, type Verdict, type Window } from './detectors/detector.ts';
import { openWindow, TAIL_MAX, tailEnd } from './detectors/window.ts';
import { BLOCK, type Kernel, SEVERAL } from './kernel/kernel.ts';
import { backOverToken, type KeywordIndex, type Reach } from './keyword-index.ts';
import type { LineEnds } from './line-ends.ts';
import type { Around, NearMisses } from './near.ts';
import type { NeedleIndex } from './needle-index.ts';
import { Reaches } from './reaches.ts';
import { RunGate } from './run-gate.ts';
import { SpanList } from './span-list.ts';
import { CUT, NO_VARIANT } from './spelling.ts';
import type { Openers } from './views/openers.ts';
import type { PieceList } from './views/piece-list.ts';

/** What stands behind the end of a haystack: nothing that matters, more data to come, or nothing for sure. */
export const CLOSED = 0;
export const MORE = 1;
export const LAST = 2;
export type Edge = typeof CLOSED | typeof MORE | typeof LAST;

/** A part of a known secret this long, at the data's end, is replaced when nothing more comes. */
export const CUT_MIN = 8;

/** Scans so far, of all scanners: they share the detectors, and those what they know of a text. */
let texts = 0;

/** The compiled parts a scan needs; the detectors' rule numbers begin at `firstDetectorRule`. */
export interface ScanTables {
  readonly kernel: Kernel;
  readonly needles: NeedleIndex;
  readonly keywords: KeywordIndex;
  readonly detectors: readonly Detector[];
  /** `before` and `mayFind` of each detector, at hand: a proxy makes a scanner for every body. */
  readonly detectorsBefore: Int32Array;
  readonly detectorsMayFind: readonly Detector['mayFind'][];
  readonly firstDetectorRule: number;
  /** Null when near misses are not sought. */
  readonly near: NearMisses | null;
  /** The most bytes that a detector looks back from its keyword, or a near miss from its window. */
  readonly mostBefore: number;
}

/** Bytes that are decoded from other bytes. */
export interface Decoded {
  /** What they are made of from 0 on: nothing reaches from one to the next. */
  readonly pieces: PieceList;
  /** Whether any of the bytes `[from, to)` were decoded: else their source shows a detector the same. */
  differs(from: number, to: number): boolean;
}

/** What is scanned in one go. */
export interface Text {
  readonly bytes: Buffer;
  /** What the bytes are made of, if they do not stand for themselves. */
  readonly decoded: Decoded | null;
  /** What begins ahead of it an earlier scan has decided, with all that stood ahead of it in sight. */
  readonly wakeFrom: number;
  /** All filled by the scan. */
  readonly openers: Openers;
  readonly lines: LineEnds;
  readonly reaches: Reaches;
}

/** Finds every span in a haystack, and says which of its end is not decided yet. */
export class Scanner {
  readonly spans = new SpanList();
  /** No undecided finding begins before this position. */
  holdFrom = 0;
  /** A scan of the same bytes with more behind them may begin here and miss nothing. */
  resumeFrom = 0;
  /** SAW_* bits of the bytes scanned. */
  seen = 0;
  readonly #tables: ScanTables;
  readonly #window: Window = { from: 0, to: 0, more: false, keywordStart: 0, keywordEnd: 0, text: 0 };
  readonly #place: Place = { keywordStart: 0, keywordEnd: 0, end: 0, more: false, text: 0 };
  readonly #around: Around = { secret: 0, floor: 0, from: 0, end: 0, more: false, view: 0 };
  #decoded: Decoded | null = null;
  /** Of the text under scan. */
  #reaches = new Reaches();
  /** The piece of a view that is looked at. */
  #piece = 0;
  /** Where the last piece ends, and whether more may follow it. */
  #end = 0;
  #more = false;
  /** Per detector: where its last finding ran past the window, to the end of the token. */
  readonly #tailFrom: Int32Array;
  readonly #tailTo: Int32Array;
  readonly #gate: RunGate;
  readonly #reach: Reach = { from: 0 };
  readonly #verdict: Verdict = { start: 0, end: 0, holdFrom: 0, readTo: 0 };

  constructor(tables: ScanTables) {
    this.#tables = tables;
    this.#gate = new RunGate(tables.mostBefore);
    this.#tailFrom = new Int32Array(tables.detectors.length);
    this.#tailTo = new Int32Array(tables.detectors.length);
  }

  /** There is nothing to find. */
  get idle(): boolean {
    const { needles, keywords } = this.#tables;
    return needles.tables.size.length === 0 && keywords.keywords.length === 0;
  }

  get needles(): NeedleIndex {
    return this.#tables.needles;
  }

  /** The most bytes on one side of an escape that a finding around it may take, line ends left aside. */
  get reach(): number {
    return Math.max(this.#tables.needles.tables.longest, this.mostBefore);
  }

  /** The most bytes that a detector looks back from its keyword. */
  get mostBefore(): number {
    return this.#tables.mostBefore;
  }

  /**
   * Scans the bytes `[from, end)` of a text; those before `from` are context that windows may read.
   * @param edge MORE: what is undecided moves `holdFrom`; LAST: what begins a needle at the end is a finding
   * @param view the code of the view in the findings' spelling
   */
  scan(
    { bytes: haystack, decoded, wakeFrom, openers, lines, reaches }: Text,
    from: number,
    end: number,
    edge: Edge,
    view: number,
  ): void {
    const { kernel, near } = this.#tables;
    if (near !== null) near.holdFrom = end;
    this.spans.clear();
    this.#tailTo.fill(0);
    this.holdFrom = end;
    this.resumeFrom = end;
    this.seen = 0;
    this.#around.view = view;
    this.#place.text = ++texts;
    this.#end = end;
    this.#more = edge === MORE;
    this.#decoded = decoded;
    this.#reaches = reaches;
    reaches.clear();
    this.#enterFirst(from);
    openers.clear(from);
    lines.clear(from);
    this.#gate.lines = lines;
    for (let at = from; at < end; at += BLOCK) {
      kernel.scan(haystack, at, Math.min(at + BLOCK, end), end);
      this.seen |= kernel.seen;
      openers.append(kernel.openers, kernel.busy, Math.min(BLOCK, end - at));
      lines.append(kernel.lineEnds, kernel.lineCount, Math.min(BLOCK, end - at));
      this.#compare(haystack, wakeFrom);
      if (kernel.keywordCount > 0) this.#wake(haystack, wakeFrom, view);
    }
    if (near !== null) this.#hold(near.holdFrom, near.holdFrom);
    if (edge === CLOSED) return;
    this.#enter(end - 1);
    if (edge === MORE) this.#holdEnd(haystack);
    else this.#cutEnd(haystack, view);
  }

  #enterFirst(from: number): void {
    const around = this.#around;
    this.#piece = 0;
    around.floor = 0;
    around.from = from;
    this.#bound();
  }

  /** Sets the bounds of the piece that `position` stands in. */
  #enter(position: number): void {
    const decoded = this.#decoded;
    const around = this.#around;
    if (decoded === null || (position < around.end && position >= around.from)) return;
    this.#piece = decoded.pieces.at(position, this.#piece);
    around.floor = decoded.pieces.start(this.#piece);
    around.from = around.floor;
    this.#bound();
  }

  /** Sets the end of the piece that is looked at. */
  #bound(): void {
    const pieces = this.#decoded?.pieces ?? null;
    const around = this.#around;
    const place = this.#place;
    const isLast = pieces === null || this.#piece + 1 >= pieces.count;
    around.end = isLast ? this.#end : pieces.start(this.#piece + 1);
    around.more = isLast && this.#more;
    place.end = around.end;
    place.more = around.more;
    this.#gate.reset();
  }

  #compare(haystack: Uint8Array, wakeFrom: number): void {
    const { kernel, needles } = this.#tables;
    const hits = kernel.windowHits;
    const count = kernel.windowCount;
    for (let i = 0; i < count; i++) {
      if (hits[i]! < wakeFrom) continue;
      this.#enter(hits[i]!);
      needles.verify(haystack, hits[i]!, this.#around, this.spans);
    }
  }

  #wake(haystack: Uint8Array, wakeFrom: number, view: number): void {
    const { kernel, keywords } = this.#tables;
    const { keywordHits, keywordNumbers } = kernel;
    const place = this.#place;
    for (let i = 0; i < kernel.keywordCount; i++) {
      place.keywordStart = keywordHits[i]!;
      if (place.keywordStart < wakeFrom) continue;
      this.#enter(place.keywordStart);
      const number = keywordNumbers[i]!;
      if (number !== SEVERAL) {
        // What follows it the kernel has looked at, unless it is longer than KEYWORD_MAX.
        place.keywordEnd = keywords.namedEndAt(number, haystack, place.keywordStart, place.end);
        if (place.keywordEnd !== -1) this.#wakeBy(number, haystack, view);
      } else
        for (const each of keywords.candidates(haystack, place.keywordStart)) {
          place.keywordEnd = keywords.endAt(each, haystack, place.keywordStart, place.end);
          if (place.keywordEnd === -1 || !keywords.rows.mayFollow(each, haystack, place)) continue;
          this.#wakeBy(each, haystack, view);
        }
    }
  }

  /** Asks the detectors of the keyword in place. */
  #wakeBy(keyword: number, haystack: Uint8Array, view: number): void {
    const { rows, needs } = this.#tables.keywords;
    if (this.#isHeld(rows.before(keyword))) return;
    const list = 2 * keyword;
    const [start, middle, end] = [rows.listStart(list), rows.listEnd(list), rows.listEnd(list + 1)];
    if (start < middle) this.#wakeList(list, start, middle, haystack, view);
    if (middle < end && this.#gate.opens(haystack, needs[list + 1]!, this.#place))
      this.#wakeList(list + 1, middle, end, haystack, view);
  }

  /** Asks the detectors `[from, to)` of a list of the keyword in place. */
  #wakeList(list: number, from: number, to: number, haystack: Uint8Array, view: number): void {
    const { keywords } = this.#tables;
    if (!keywords.mayWake(list, haystack, this.#place)) return;
    const { woken, detectorNeeds } = keywords;
    for (let at = from; at < to; at++) {
      const need = detectorNeeds[woken[at]!]!;
      if (need !== null && to - from > 1 && !this.#gate.opens(haystack, need, this.#place)) continue;
      this.#ask(woken[at]!, haystack, view);
    }
  }

  /**
   * What may be found so far ahead of the keyword is held already, and will be scanned again: one flood of
   * keywords, one question.
   */
  #isHeld(before: number): boolean {
    const { keywordStart } = this.#place;
    if (keywordStart - before < this.holdFrom) return false;
    this.#hold(this.holdFrom, keywordStart);
    return true;
  }

  /** Asks a detector about the keyword in place. */
  #ask(number: number, haystack: Uint8Array, view: number): void {
    const { detectorsBefore, detectorsMayFind } = this.#tables;
    if (this.#isHeld(detectorsBefore[number]!)) return;
    if (detectorsMayFind[number]!(haystack, this.#place)) this.#verify(number, haystack, view);
  }

  /** Asks the detector's pattern, and takes what it says. */
  #verify(number: number, haystack: Uint8Array, view: number): void {
    const { keywordStart, keywordEnd, end, more } = this.#place;
    const detector = this.#tables.detectors[number]!;
    const window = this.#window;
    const verdict = this.#verdict;
    openWindow(window, detector, haystack, this.#gate.lines, this.#around.floor, this.#place);
    const edge = keywordEnd + detector.after;
    window.more = more && window.to === end && end < edge;
    if (this.#isCutAhead(keywordStart - detector.before)) return;
    verdict.readTo = window.to;
    const outcome = detector.verify(haystack, window, verdict);
    // Nearer ones every view has within its margin; a view's own are further apart in the haystack.
    if (this.#decoded !== null || verdict.readTo - keywordStart + detector.before > this.mostBefore)
      this.#reaches.push(keywordStart, verdict.readTo);
    if (outcome === NONE) return;
    if (outcome === FOUND) {
      const stop = verdict.end === edge ? this.#tail(number, haystack, edge) : verdict.end;
      const open = verdict.end === edge && stop === end && more && stop - edge < TAIL_MAX;
      if (stop > edge) this.#reaches.push(keywordStart, stop + 1);
      if (!open) {
        if (this.#decoded?.differs(window.from, Math.max(window.to, stop)) === false) return;
        this.spans.push(
          this.#startOf(haystack, detector),
          stop,
          this.#tables.firstDetectorRule + number,
          view * 64 + NO_VARIANT,
        );
        if (stop > edge) this.#keepTail(number, edge, stop);
        return;
      }
      verdict.holdFrom = verdict.start;
    }
    this.#hold(verdict.holdFrom, keywordStart);
  }

  /** A view has a keyword within its margin, but not all that a detector may look at ahead of it: none reaches the escape. */
  #isCutAhead(from: number): boolean {
    const { floor } = this.#around;
    return (
      this.#decoded !== null &&
      from < floor &&
      this.#window.from === floor &&
      this.#decoded.pieces.beginsInLine(this.#piece)
    );
  }

  /** Where a finding begins: ahead of its keyword no more than was held before that came. */
  #startOf(haystack: Uint8Array, { before }: Detector): number {
    const { start } = this.#verdict;
    const { keywordStart } = this.#place;
    if (start >= keywordStart) return start;
    return Math.max(start, backOverToken(haystack, this.#around.floor, keywordStart, before));
  }

  /** The end of the token that a finding is cut in at `edge`; what one tail has read, the next need not. */
  #tail(number: number, haystack: Uint8Array, edge: number): number {
    const from = this.#tailFrom[number]!;
    const to = this.#tailTo[number]!;
    const limit = Math.min(this.#place.end, edge + TAIL_MAX);
    return tailEnd(haystack, edge >= from && edge < to ? Math.min(to, limit) : edge, limit);
  }

  /** Tails that meet are one: in `password=password=` each finding's begins a little behind that of the one before. */
  #keepTail(number: number, from: number, to: number): void {
    const apart = from > this.#tailTo[number]! || to < this.#tailFrom[number]!;
    this.#tailFrom[number] = apart ? from : Math.min(from, this.#tailFrom[number]!);
    this.#tailTo[number] = apart ? to : Math.max(to, this.#tailTo[number]!);
  }

  #hold(holdFrom: number, resumeFrom: number): void {
    this.holdFrom = Math.min(this.holdFrom, holdFrom);
    this.resumeFrom = Math.min(this.resumeFrom, resumeFrom);
  }

  /** What begins a needle at the data's end and waits in vain. */
  #cutEnd(haystack: Uint8Array, view: number): void {
    const { needles } = this.#tables;
    const { from, end } = this.#around;
    const at = needles.partialStart(haystack, from, end);
    if (end - at < CUT_MIN) return;
    const piece = needles.startsWith(haystack, at, end);
    this.spans.push(at, end, needles.tables.secret[piece]!, view * 64 + CUT);
  }

  /** Holds what begins a needle or a keyword at the data's end, and the token a detector may look back over. */
  #holdEnd(haystack: Uint8Array): void {
    const { needles, keywords, mostBefore } = this.#tables;
    const { floor, from, end } = this.#around;
    const needle = needles.partialStart(haystack, from, end);
    const keyword = keywords.partialStart(haystack, floor, from, end, this.#reach);
    this.#hold(needle, needle);
    this.#hold(this.#reach.from, keyword);
    this.#hold(backOverToken(haystack, floor, end, mostBefore), end);
  }
}
