import { DirectSink } from './direct-sink.ts';
import { DocumentRewriter } from './document-rewriter.ts';
import type { EditSink } from './edits.ts';
import { FindingList } from './findings.ts';
import { LineEnds } from './line-ends.ts';
import type { Matcher } from './matcher.ts';
import type { Output } from './output.ts';
import { Reaches } from './reaches.ts';
import type { LineListener, Redactor, RedactorOptions } from './redactor.ts';
import { LABEL_REACH, type Open, Resolver } from './resolve.ts';
import { Rewriter, type Stretch } from './rewriter.ts';
import { LAST, MORE, Scanner, type Text } from './scanner.ts';
import { SeamReader, type Undecided } from './seam-reader.ts';
import { copySpans, keepSpans, SpanList } from './span-list.ts';
import { tellLines } from './tell-lines.ts';
import { ViewScanner } from './view-scanner.ts';
import { Openers } from './views/openers.ts';

const LF = 10;
/** Bytes taken in at once: a larger chunk is worked off in slices, so that memory is bounded. */
const SLICE = 256 * 1024;
/** Room at first: a proxy has a redactor for every body, and most bodies are small. It grows to what is held. */
const FIRST = 16 * 1024;
/** Bytes kept ahead of the scan's start, so that windows and views see the same context however the input is cut. */
const CONTEXT = 1024;

const WITHHELD = Buffer.from('[REDACTED:unleak-fault]\n');

type Mode = 'more' | 'idle' | 'end';

/**
 * The stream through the engine, for text and JSON lines. It keeps, in one buffer: context that has left
 * already, then bytes that are held, then new ones. Each step scans from where the last one was decided,
 * resolves, rewrites up to the first undecided byte, and moves on.
 */
export class StreamRedactor implements Redactor {
  readonly findings = new FindingList();
  records = 0;
  readonly #options: RedactorOptions;
  #matcher: Matcher;
  #scanner: Scanner;
  #views: ViewScanner;
  #rewriter: Rewriter;
  /** Null when no placeholder can complete a value. */
  #seams: SeamReader | null;
  /** Rewrites instead, when the stream is a document. */
  readonly #document: DocumentRewriter | null;
  readonly #resolver = new Resolver();
  /** Spans found and not written out yet, in buffer positions. */
  #spans = new SpanList();
  #kept = new SpanList();
  readonly #direct = new DirectSink();
  readonly #lines: LineListener | null;

  #buffer: Buffer = Buffer.allocUnsafeSlow(FIRST);
  readonly #openers = new Openers();
  readonly #lineEnds = new LineEnds();
  readonly #reaches = new Reaches();
  #length = 0;
  /** Absolute offset of buffer position 0. */
  #base = 0;
  /** Everything before this position has left. */
  #start = 0;
  /** The raw scan begins here, the views' here: what lies before is decided for them. */
  #scanFrom = 0;
  #viewFrom = 0;
  /** The merged span that began before `#start` and goes on. */
  #open: Open | null = null;
  /** After a fault: the rest of the record it struck is to be left out. */
  #skipping = false;

  constructor(matcher: Matcher, options: RedactorOptions) {
    this.#options = options;
    this.#matcher = matcher;
    this.#scanner = new Scanner(matcher);
    this.#views = new ViewScanner(this.#scanner, matcher.whitespace);
    this.#rewriter = new Rewriter(matcher.actions, options);
    this.#seams = seamReader(matcher);
    this.#document = options.json === 'document' ? new DocumentRewriter(matcher, options) : null;
    this.#lines = options.json === 'never' ? (options.lines ?? null) : null;
  }

  get held(): number {
    return this.#length - this.#start;
  }

  push(chunk: Uint8Array, out: Output): void {
    this.#direct.out = out;
    this.pushEdits(this.#skipping ? this.#skip(chunk) : chunk, this.#direct);
  }

  idle(out: Output): void {
    this.#direct.out = out;
    this.idleEdits(this.#direct);
  }

  end(out: Output): void {
    this.#direct.out = out;
    this.endEdits(this.#direct);
  }

  /** As `push`, but tells what was decided instead of writing it. */
  pushEdits(chunk: Uint8Array, sink: EditSink): void {
    for (let at = 0; at < chunk.length; at += SLICE) {
      this.#take(chunk.subarray(at, Math.min(at + SLICE, chunk.length)));
      this.#step('more', sink);
    }
  }

  /** As `pushEdits` and then `idleEdits`, in one step where the chunk is short. */
  wholeEdits(chunk: Uint8Array, sink: EditSink): void {
    const last = Math.max(0, chunk.length - SLICE);
    this.pushEdits(chunk.subarray(0, last), sink);
    this.#take(chunk.subarray(last));
    this.idleEdits(sink);
  }

  idleEdits(sink: EditSink): void {
    // Half a document is none: it waits for its end.
    if (this.held > 0 && this.#document === null) this.#step('idle', sink);
  }

  endEdits(sink: EditSink): void {
    if (this.held > 0) this.#step('end', sink);
    this.#buffer.fill(0, 0, this.#length);
    this.#views.wipe();
    this.#seams?.wipe();
  }

  swap(matcher: Matcher): void {
    const old = this.#matcher;
    if (matcher === old) return;
    this.#matcher = matcher;
    this.#scanner = new Scanner(matcher);
    this.#views = new ViewScanner(this.#scanner, matcher.whitespace);
    this.#rewriter = new Rewriter(matcher.actions, this.#options);
    this.#seams = seamReader(matcher);
    this.#document?.swap(matcher);
    this.#spans.clear();
    if (this.#open !== null) this.#open = followRule(this.#open, old, matcher);
    // What left was decided by the old one; a keyword among it may wake a detector for what is held.
    this.#scanFrom = this.#viewFrom;
  }

  discard(out: Output): void {
    const sent = Math.max(this.#start, (this.#document ?? this.#rewriter).written - this.#base);
    this.#document?.restart();
    if (this.#length > sent) out.append(WITHHELD, 0, WITHHELD.length);
    this.#skipping = this.#length > sent && this.#buffer[this.#length - 1] !== LF;
    this.#spans.clear();
    this.#buffer.fill(0, 0, this.#length);
    this.#base += this.#length;
    this.#length = 0;
    this.#start = 0;
    this.#scanFrom = 0;
    this.#viewFrom = 0;
    this.#openers.forget();
    this.#open = null;
  }

  /** The placeholder stands for the whole record: what comes of it later, its LF included, is left out. */
  #skip(chunk: Uint8Array): Uint8Array {
    const lf = chunk.indexOf(LF);
    const skipped = lf === -1 ? chunk.length : lf + 1;
    this.#skipping = lf === -1;
    this.#base += skipped;
    return chunk.subarray(skipped);
  }

  #take(chunk: Uint8Array): void {
    if (this.#length + chunk.length > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#length + chunk.length));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer.fill(0);
      this.#buffer = larger;
    }
    this.#buffer.set(chunk, this.#length);
    this.#length += chunk.length;
  }

  #step(mode: Mode, sink: EditSink): void {
    const more = mode === 'more';
    const haystack = this.#buffer;
    const end = this.#length;
    const edge = more ? MORE : LAST;
    // 1. Find.
    const text: Text = {
      bytes: haystack,
      decoded: null,
      wakeFrom: this.#scanFrom,
      openers: this.#openers,
      lines: this.#lineEnds,
      reaches: this.#reaches,
    };
    this.#scanner.scan(text, this.#scanFrom, end, edge, 0);
    let holdFrom = this.#scanner.holdFrom;
    let scanFrom = Math.min(holdFrom, this.#scanner.resumeFrom);
    copySpans(this.#scanner.spans, this.#spans);
    const ownSeen = this.#scanner.seen;
    const seen = ownSeen | this.#openers.seenAhead(this.#viewFrom);
    this.#views.scan(text, { from: this.#viewFrom, to: end }, edge, seen, this.#spans);
    holdFrom = Math.min(holdFrom, this.#views.holdFrom);
    scanFrom = Math.min(scanFrom, this.#views.resumeFrom, holdFrom);
    // 2. Resolve.
    holdFrom = Math.min(holdFrom, this.#resolve(more));
    // 3. Hold what is undecided.
    const wanted = more ? this.#holdPosition(Math.max(holdFrom, this.#start)) : end;
    // 4. Rewrite up to there.
    const hold = this.#emit(wanted, !more, sink);
    // 5. Move on.
    this.#advance(hold, scanFrom, ownSeen);
    // Silence decided what more bytes may decide otherwise: a keyword that left may wake a detector for them.
    if (!more) this.#scanFrom = this.#viewFrom;
  }

  /** @returns no placeholder that is decided begins before this position */
  #resolve(more: boolean): number {
    const { rules } = this.#matcher;
    this.#resolver.resolve(this.#spans, rules, this.#start, this.#open);
    const seams = this.#seams;
    if (seams === null) return this.#length;
    // What a placeholder completes becomes one itself, and may complete another.
    while (seams.read(this.#undecided(more))) {
      copySpans(seams.spans, this.#spans);
      this.#resolver.resolve(this.#spans, rules, this.#start, this.#open);
    }
    return seams.holdFrom;
  }

  #undecided(more: boolean): Undecided {
    const { merged } = this.#resolver;
    return { haystack: this.#buffer, from: this.#start, to: this.#length, merged, more };
  }

  /** The first position that must wait: an undecided finding, the span it may join, the record it stands in. */
  #holdPosition(undecided: number): number {
    const { merged } = this.#resolver;
    let hold = undecided;
    let touching = true;
    for (let i = merged.length - 1; i >= 0; i--) {
      const start = merged.start(i);
      const end = merged.end(i);
      if (end < hold || (end === hold && !touching)) break;
      if (start >= hold) continue;
      // A span that has grown long has its label: it may leave, and goes on without another placeholder.
      if (hold - start <= LABEL_REACH) hold = start;
      touching = false;
    }
    return this.#recordStart(this.#seams?.holdAhead(this.#undecided(true), hold) ?? hold);
  }

  /** A JSON line, or one that may be dropped, leaves as a whole. */
  #recordStart(hold: number): number {
    // A document waits for whole tokens instead, and says so when it is rewritten.
    if (this.#document !== null || (this.#options.json === 'never' && !this.#matcher.drops)) return hold;
    const haystack = this.#buffer;
    const lineStart = hold === 0 ? 0 : haystack.lastIndexOf(LF, hold - 1) + 1;
    if (lineStart < this.#start || lineStart === this.#length) return hold;
    const found = haystack.indexOf(LF, lineStart);
    const lineEnd = found === -1 || found >= this.#length ? this.#length : found;
    if (lineEnd - lineStart > this.#options.maxRecordBytes) return hold;
    const whole = this.#matcher.drops || this.#rewriter.looksJson(haystack, lineStart, this.#length);
    return whole ? lineStart : hold;
  }

  /** @returns where what is held begins: `wanted`, or before it in a document */
  #emit(wanted: number, final: boolean, sink: EditSink): number {
    const { merged, continued: continues } = this.#resolver;
    const stretch = {
      haystack: this.#buffer,
      from: this.#start,
      to: wanted,
      known: this.#length,
      base: this.#base,
      final,
      continues,
    };
    this.#direct.begin(this.#buffer, this.#base, this.#base + this.#start);
    const hold =
      this.#document === null ? this.#rewriteLines(stretch, sink) : this.#rewriteDocument(stretch, sink);
    // Nothing left: what was open still is.
    if (hold === this.#start && !final) return hold;
    this.#open = null;
    for (let i = 0; i < merged.length && merged.start(i) < hold; i++) {
      // One that ends here is open as well: more of the same secret may touch it.
      if (merged.end(i) >= hold) this.#open = { end: merged.end(i), rule: merged.rule(i) };
    }
    // Nothing joins what silence or the end has closed, but for bytes that are known to belong to it.
    if (final && this.#open !== null && this.#open.end === hold) this.#open = null;
    return hold;
  }

  #rewriteLines(stretch: Stretch, sink: EditSink): number {
    const { merged, observed } = this.#resolver;
    const hold = stretch.to;
    this.#rewriter.written = this.#base + this.#start;
    this.#rewriter.rewrite(stretch, merged, sink, this.findings);
    if (this.#lines !== null) tellLines(stretch, this.#resolver, this.#lines);
    sink.decided(this.#base + hold);
    this.records += this.#lineEnds.count(this.#buffer, this.#start, hold);
    for (let i = 0; i < observed.length; i++) {
      if (observed.end(i) > hold) continue;
      this.findings.push(observed.rule(i), observed.spelling(i), observed.end(i) - observed.start(i));
    }
    return hold;
  }

  #rewriteDocument(stretch: Stretch, sink: EditSink): number {
    const document = this.#document!;
    document.written = this.#base + this.#start;
    const hold = document.rewrite(stretch, this.#resolver, sink, this.findings);
    sink.decided(this.#base + hold);
    this.records = document.records;
    return hold;
  }

  /** Where the views begin next time: some way ahead of `position`, at a token's start. */
  #viewStart(position: number): number {
    const back = Math.max(0, position - CONTEXT / 2);
    const start = this.#views.tokenStart(back);
    // No token crosses a line end: a line start is as good, and what lies further back needs no view.
    const lineStart = start === 0 ? 0 : this.#buffer.lastIndexOf(LF, start - 1) + 1;
    return back - lineStart < CONTEXT ? lineStart : start;
  }

  /**
   * Forgets what has left but for the context, and moves the rest to the buffer's front.
   * @param seen SAW_* bits of what was scanned
   */
  #advance(hold: number, scanFrom: number, seen: number): void {
    this.#start = hold;
    this.#scanFrom = this.#views.tokenStart(Math.min(scanFrom, this.#length));
    this.#openers.keep(this.#buffer, this.#scanFrom, seen);
    this.#viewFrom = this.#viewStart(Math.min(this.#scanFrom, hold));
    const keepFrom = Math.max(0, Math.min(this.#viewFrom, this.#start, this.#scanFrom) - CONTEXT);
    this.#kept.clear();
    keepSpans(this.#resolver.unique, hold, keepFrom, this.#kept);
    const kept = this.#spans;
    this.#spans = this.#kept;
    this.#kept = kept;
    if (keepFrom > 0) {
      this.#buffer.copyWithin(0, keepFrom, this.#length);
      this.#base += keepFrom;
      this.#length -= keepFrom;
      this.#start -= keepFrom;
      this.#scanFrom -= keepFrom;
      this.#viewFrom -= keepFrom;
      this.#openers.shift(keepFrom);
      this.#document?.shift(keepFrom);
      if (this.#open !== null) this.#open = { end: this.#open.end - keepFrom, rule: this.#open.rule };
    }
  }
}

function seamReader(matcher: Matcher): SeamReader | null {
  return matcher.seams === null ? null : new SeamReader(matcher.seams, matcher);
}

/** An open finding under the rule of the same label, if the new matcher has one. */
function followRule(open: Open, old: Matcher, matcher: Matcher): Open | null {
  const { label } = old.rules[open.rule]!;
  const rule = matcher.rules.findIndex((candidate) => candidate.label === label);
  return rule === -1 ? null : { end: open.end, rule };
}
