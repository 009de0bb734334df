import type { Actions } from './actions/action.ts';
import type { DocumentListener } from './document.ts';
import { DocumentFields } from './document-fields.ts';
import {
  BETWEEN,
  DocumentLexer,
  type DocumentSink,
  IN_STRING,
  IN_TEXT,
  IN_WORD,
  KEY,
  NUMBER,
  STRING,
  type TokenKind,
} from './document-lexer.ts';
import { DocumentTally } from './document-tally.ts';
import type { EditSink } from './edits.ts';
import type { FindingList } from './findings.ts';
import { JsonRewriter, quote, type Range } from './json-rewriter.ts';
import type { Matcher } from './matcher.ts';
import type { RedactorOptions } from './redactor.ts';
import { LABEL_REACH, type Resolver } from './resolve.ts';
import type { Stretch } from './rewriter.ts';
import { SpanList } from './span-list.ts';
import { unitEnd, unitStart } from './string-units.ts';

const NOTHING = new Uint8Array(0);
const NINE = 0x39;
/** A longer string, quotes included, is told to no listener: 256 bytes in their longest escapes. */
const MAX_FIELD = 256 * 6 + 2;

const NO_STRETCH: Stretch = {
  haystack: Buffer.alloc(0),
  from: 0,
  to: 0,
  known: 0,
  base: 0,
  final: false,
  continues: false,
};

/** A part of the stretch whose spans are replaced where they stand: a string's content, or broken JSON. */
interface Segment {
  /** Where it began, maybe in an earlier stretch. */
  readonly start: number;
  readonly from: number;
  readonly to: number;
  /** It is a string's content: units stay whole. */
  readonly units: boolean;
}

/**
 * Replaces merged spans in a JSON document so that it stays JSON: within a string whole units, a number as a
 * whole, structure and words never; a span over several tokens empties each. Broken JSON is replaced as text.
 *
 * A string or number of at most `maxRecordBytes` waits until it has ended. A longer string is replaced in
 * windows; a longer number keeps its shape, the digits of a finding become nines. The action `drop` takes the
 * whole token, and of a longer string, or of broken JSON up to the line's end, all from the finding on: what a
 * protocol wants around a record's text (`sourcetype`, a label set, an action line) must stay for the rest to arrive.
 */
export class DocumentRewriter implements DocumentSink {
  /** As `Rewriter.written`. */
  written = 0;
  /** Top-level values, and lines of broken JSON, that have ended. */
  records = 0;
  readonly #limit: number;
  readonly #fields: DocumentFields | null;
  readonly #listener: DocumentListener | null;
  #lexer: DocumentLexer;
  #matcher: Matcher;
  #actions: Actions;
  #json: JsonRewriter;

  #stretch: Stretch = NO_STRETCH;
  #resolver: Resolver | null = null;
  #merged: SpanList = new SpanList();
  #sink: EditSink | null = null;
  #findings: FindingList | null = null;
  readonly #tally = new DocumentTally();
  /** The first merged span that ends behind what has been rewritten. */
  #span = 0;
  /** Known values in a token in which detectors keep still. */
  readonly #quiet = new SpanList();
  /** The end of the last edit in the segment in hand, or -1. */
  #lastStop = -1;
  /** The rest of the segment in hand is dropped. */
  #dropping = false;

  readonly #isKnown = (rule: number): boolean => this.#matcher.rules[rule]!.kind === 'secret';

  constructor(matcher: Matcher, options: RedactorOptions) {
    const { document, maxRecordBytes } = options;
    this.#limit = maxRecordBytes;
    this.#fields =
      document === undefined || DocumentFields.needless(document) ? null : new DocumentFields(document);
    this.#listener = document?.listener ?? null;
    this.#lexer = this.#makeLexer();
    this.#matcher = matcher;
    this.#actions = matcher.actions;
    this.#json = new JsonRewriter(matcher.actions);
  }

  #makeLexer(): DocumentLexer {
    return new DocumentLexer(this, this.#limit, this.#fields !== null);
  }

  swap(matcher: Matcher): void {
    this.#matcher = matcher;
    this.#actions = matcher.actions;
    this.#json = new JsonRewriter(matcher.actions);
  }

  /** Forgets where it stood: a new value may begin at index 0. */
  restart(): void {
    this.#lexer = this.#makeLexer();
    this.#fields?.broke();
    this.#fields?.ended();
    this.#lastStop = -1;
    this.#dropping = false;
  }

  /** The buffer moved `by` bytes to the front. */
  shift(by: number): void {
    this.#lexer.shift(by);
    if (this.#lastStop !== -1) this.#lastStop -= by;
  }

  /**
   * Emits the edits of `stretch` and counts its findings.
   * @returns where the next stretch begins: `stretch.to`, or the start of a token or unit before it
   */
  rewrite(stretch: Stretch, resolver: Resolver, sink: EditSink, findings: FindingList): number {
    const lexer = this.#lexer;
    this.#begin(stretch, resolver, sink, findings);
    // Whether a unit begins at `limit` shows in the byte that stands there.
    const limit = stretch.final ? stretch.to : Math.min(stretch.to, stretch.known - 1);
    lexer.wake = this.#wake();
    if (limit > lexer.at) lexer.run(stretch.haystack, limit);
    if (stretch.final) lexer.finish(stretch.haystack);
    const end = this.#window(limit);
    this.#tally.count(end);
    if (stretch.final && (lexer.depth > 0 || lexer.state !== BETWEEN)) this.ended(end);
    return end;
  }

  /** Tokens that end before do not matter: no finding meets them, and no edit of an earlier stretch. */
  #wake(): number {
    if (this.#lastStop !== -1 || this.#dropping) return Number.NEGATIVE_INFINITY;
    return this.#merged.length === 0 ? Number.POSITIVE_INFINITY : this.#merged.start(0);
  }

  #begin(stretch: Stretch, resolver: Resolver, sink: EditSink, findings: FindingList): void {
    this.#stretch = stretch;
    this.#resolver = resolver;
    this.#merged = resolver.merged;
    this.#sink = sink;
    this.#findings = findings;
    this.#span = 0;
    this.#tally.begin(resolver, findings, stretch.continues);
  }

  token(kind: TokenKind, start: number, end: number): void {
    const fields = this.#fields;
    const { haystack } = this.#stretch;
    if (fields !== null && kind === KEY) fields.key(haystack, start + 1, end - 1, this.#lexer.depth);
    const meets = this.#meets(start, end);
    const quiet = fields?.quiet === true;
    if (end - start > this.#limit) this.#long(kind, start, end);
    else if (meets && !quiet) this.#short(kind, start, end, this.#merged, this.#span);
    else if (quiet) this.#quietly(kind, start, end);
    if (!meets && kind === STRING && fields !== null && fields.path !== -1)
      this.#tell(fields.path, start, end);
    this.#leave();
  }

  torn(start: number, end: number): void {
    this.#segment({ start: start + 1, from: this.#from(start + 1), to: end, units: true });
    this.#leave();
  }

  text(start: number, end: number): void {
    this.#segment({ start, from: this.#from(start), to: end, units: false });
    this.#leave();
  }

  opened(object: boolean, depth: number): void {
    this.#fields?.opened(object, depth);
  }

  closed(depth: number, at: number): void {
    const part = this.#fields?.closed(depth) ?? -1;
    if (part === -1 || this.#listener?.partEnd === undefined) return;
    this.#tally.count(at);
    this.#listener.partEnd(part);
  }

  ended(at: number): void {
    this.records++;
    const action = this.#fields?.ended() ?? false;
    if (this.#listener === null) return;
    this.#tally.count(at);
    this.#listener.recordEnd(action);
  }

  broke(): void {
    this.#fields?.broke();
  }

  /** The segment in hand is over. */
  #leave(): void {
    this.#lastStop = -1;
    this.#dropping = false;
  }

  /** Edits within a segment that began at `start` go on where the last stretch ended. */
  #from(start: number): number {
    return Math.max(start, this.#stretch.from);
  }

  /** Moves `#span` to the first span that ends behind `start`. @returns whether it meets the range */
  #meets(start: number, end: number): boolean {
    const merged = this.#merged;
    while (this.#span < merged.length && merged.end(this.#span) <= start) this.#span++;
    return this.#span < merged.length && merged.start(this.#span) < end;
  }

  #tell(path: number, start: number, end: number): void {
    if (this.#listener === null || end - start > MAX_FIELD || this.#tally.observes(start, end)) return;
    this.#listener.field(path, this.#stretch.haystack, start, end);
  }

  /** What may leave of the token that `limit` stands in. @returns where it ends */
  #window(limit: number): number {
    const lexer = this.#lexer;
    const { final } = this.#stretch;
    const { state, tokenStart } = lexer;
    if (state === BETWEEN) return limit;
    const inString = state === IN_STRING;
    const waits = inString ? lexer.at - tokenStart <= this.#limit : state === IN_WORD;
    if (waits && !final) return tokenStart;
    const start = inString ? tokenStart + 1 : tokenStart;
    const from = this.#from(start);
    if (limit <= from) return limit;
    const to = final ? limit : this.#settle(from, Math.min(limit, lexer.at), inString);
    if (inString || state === IN_TEXT) this.#segment({ start, from, to, units: inString });
    else this.#nines(from, to);
    return to;
  }

  /** The last place at or before `limit` that cuts no unit, and no span whose label is not known for sure. */
  #settle(from: number, limit: number, units: boolean): number {
    const merged = this.#merged;
    const { haystack, known } = this.#stretch;
    let to = units ? unitStart(haystack, from, limit, known) : limit;
    for (let i = merged.length - 1; i >= 0 && merged.end(i) > from; i--) {
      const start = merged.start(i);
      if (start >= to || merged.end(i) <= to || to - start > LABEL_REACH) continue;
      if (start <= from) return from;
      to = units ? unitStart(haystack, from, start, known) : start;
    }
    return to;
  }

  #long(kind: TokenKind, start: number, end: number): void {
    if (kind === NUMBER) this.#nines(this.#from(start), end);
    else this.#segment({ start: start + 1, from: this.#from(start + 1), to: end - 1, units: true });
  }

  /** Replaces the parts of merged spans within a segment, each by one placeholder, however many windows it takes. */
  #segment(segment: Segment): void {
    const { from, to } = segment;
    if (this.#dropping) this.#replace(from, to, NOTHING);
    else if (this.#meets(from, to)) this.#parts(segment, this.#merged, this.#span);
  }

  /** As `#segment`, for spans of a list from `first` on. */
  #parts({ start, from, to, units }: Segment, spans: SpanList, first: number): void {
    const { haystack, continues } = this.#stretch;
    for (let i = first; i < spans.length && spans.start(i) < to; i++) {
      const floor = Math.max(from, this.#lastStop);
      let at = Math.max(floor, spans.start(i));
      let stop = Math.min(to, spans.end(i));
      if (at < stop && units) {
        at = unitStart(haystack, floor, at, to);
        stop = unitEnd(haystack, floor, stop, to);
      }
      if (at >= stop) continue;
      const again = i === 0 && continues && from > start && this.#lastStop === from;
      const rule = spans.rule(i);
      const action = this.#actions.of(rule);
      this.#dropping = action.name === 'drop';
      if (this.#dropping) stop = to;
      const bytes = again ? NOTHING : action.replace(rule, haystack, at, stop);
      this.#replace(at, stop, bytes);
      this.#lastStop = stop;
      if (this.#dropping) return;
    }
  }

  /** A whole token of at most `#limit` bytes; `first` is the first span of the list that may meet it. */
  #short(kind: TokenKind, start: number, end: number, spans: SpanList, first: number): void {
    const [from, to] = kind === NUMBER ? [start, end] : [start + 1, end - 1];
    let last = first;
    let chosen = -1;
    for (; last < spans.length && spans.start(last) < end; last++) {
      if (spans.end(last) <= from || spans.start(last) >= to || chosen !== -1) continue;
      if (kind === NUMBER || this.#actions.of(spans.rule(last)).name === 'drop') chosen = last;
    }
    if (chosen !== -1) {
      const rule = spans.rule(chosen);
      const bytes = this.#actions.of(rule).replace(rule, this.#stretch.haystack, from, to);
      this.#replace(from, to, kind === NUMBER ? quote(bytes) : bytes);
    } else if (kind !== NUMBER && !this.#nested(start, end, spans, { first, last }))
      this.#parts({ start: from, from, to, units: true }, spans, first);
  }

  /** Rewrites a string that may hold JSON; false when it is no valid string, or holds none by its first byte. */
  #nested(start: number, end: number, spans: SpanList, which: Range): boolean {
    const { haystack } = this.#stretch;
    const opens = haystack[start + 1];
    if (opens !== 0x7b && opens !== 0x5b) return false;
    if (!this.#json.rewrite(haystack, { from: start, to: end }, spans, which)) return false;
    const { edits } = this.#json;
    for (let i = 0; i < edits.starts.length; i++)
      this.#replace(edits.starts[i]!, edits.ends[i]!, edits.bytes[i]!);
    return true;
  }

  /** In a number too long to wait for, the digits of findings become nines: nothing else is sure to leave it one. */
  #nines(from: number, to: number): void {
    const merged = this.#merged;
    const { haystack } = this.#stretch;
    if (!this.#meets(from, to)) return;
    for (let i = this.#span; i < merged.length && merged.start(i) < to; i++) {
      const at = Math.max(from, merged.start(i));
      const stop = Math.min(to, merged.end(i));
      const nines = Uint8Array.from(haystack.subarray(at, stop), (byte) =>
        byte >= 0x30 && byte <= NINE ? NINE : byte,
      );
      if (at < stop) this.#replace(at, stop, nines);
    }
  }

  /** A token in which detectors keep still: what they alone found stays, and is not counted. */
  #quietly(kind: TokenKind, start: number, end: number): void {
    const merged = this.#merged;
    const spans = this.#quiet;
    spans.clear();
    this.#tally.pass(start, end, this.#isKnown);
    for (let i = this.#span; i < merged.length && merged.start(i) < end; i++) {
      if (this.#isKnown(merged.rule(i)))
        spans.push(merged.start(i), merged.end(i), merged.rule(i), merged.spelling(i));
      else this.#knownWithin(i, Math.max(start, merged.start(i)), Math.min(end, merged.end(i)));
    }
    if (spans.length > 0) this.#short(kind, start, end, spans, 0);
  }

  /** Known values under the label of a detector: only in a span whose label had to leave before they came. */
  #knownWithin(span: number, from: number, to: number): void {
    const merged = this.#merged;
    const sealed = span === 0 && this.#stretch.continues;
    if (!sealed && merged.end(span) - merged.start(span) <= LABEL_REACH) return;
    const { unique } = this.#resolver!;
    const spans = this.#quiet;
    for (let i = 0; i < unique.length && unique.start(i) < to; i++) {
      const rule = unique.rule(i);
      if (unique.end(i) <= from || !this.#isKnown(rule)) continue;
      const last = spans.length - 1;
      if (last >= 0 && unique.start(i) <= spans.end(last)) spans.extend(last, unique.end(i));
      else {
        spans.push(unique.start(i), unique.end(i), rule, unique.spelling(i));
        this.#findings!.push(rule, unique.spelling(i), unique.end(i) - unique.start(i));
      }
    }
  }

  #replace(start: number, end: number, bytes: Uint8Array): void {
    const { base } = this.#stretch;
    this.#sink!.replace(base + start, base + end, bytes);
    this.written = base + end;
  }
}
