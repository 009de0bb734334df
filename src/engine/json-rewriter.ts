import type { Actions } from './actions/action.ts';
import { JsonLexer, NUMBER, STRING, type TokenSink } from './lexer.ts';
import { SpanList } from './span-list.ts';
import { unitEnd, unitStart } from './string-units.ts';
import { decodeEscapes } from './views/escape.ts';
import { NO_OPENERS } from './views/openers.ts';
import { View } from './views/view.ts';

/** JSON in a JSON string is rewritten as JSON this deep; deeper it is text in a string. */
const MAX_NESTING = 3;

/** Replacements within one JSON text, ascending and disjoint; arrays that are reused. */
export class EditList {
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly bytes: Uint8Array[] = [];

  push(start: number, end: number, bytes: Uint8Array): void {
    this.starts.push(start);
    this.ends.push(end);
    this.bytes.push(bytes);
  }

  clear(): void {
    this.starts.length = 0;
    this.ends.length = 0;
    this.bytes.length = 0;
  }
}

/**
 * Turns spans over a JSON text into edits that keep it JSON: inside a string whole escape sequences are
 * replaced, a number becomes a quoted placeholder, structure stays. A span over several tokens empties each.
 */
export class JsonRewriter implements TokenSink {
  readonly edits = new EditList();
  readonly #actions: Actions;
  readonly #depth: number;
  readonly #lexer = new JsonLexer();
  #inner: { rewriter: JsonRewriter; view: View; spans: SpanList } | null = null;
  #bytes: Buffer = Buffer.alloc(0);
  #spans: SpanList | null = null;
  #index = 0;
  #last = 0;

  constructor(actions: Actions, depth = 0) {
    this.#actions = actions;
    this.#depth = depth;
  }

  /**
   * Fills `edits` for spans `[first, last)` of the list, all of which meet `bytes[from, to)`.
   * @returns false when the text is not JSON; the edits are then of no use
   */
  rewrite(bytes: Buffer, range: { from: number; to: number }, spans: SpanList, which: Range): boolean {
    this.edits.clear();
    this.#bytes = bytes;
    this.#spans = spans;
    this.#index = which.first;
    this.#last = which.last;
    return this.#lexer.walk(bytes, range.from, range.to, this);
  }

  token(kind: typeof STRING | typeof NUMBER, start: number, end: number): void {
    const spans = this.#spans!;
    while (this.#index < this.#last && spans.end(this.#index) <= start) this.#index++;
    if (this.#index === this.#last || spans.start(this.#index) >= end) return;
    if (kind === STRING) this.#string(start + 1, end - 1);
    else if (kind === NUMBER) this.edits.push(start, end, quote(this.#replacement(this.#index, start, end)));
  }

  #replacement(span: number, start: number, end: number): Uint8Array {
    const rule = this.#spans!.rule(span);
    // A copy: `partial` uses its memory again for the rule's next finding, which may stand in this text too.
    return Uint8Array.from(this.#actions.of(rule).replace(rule, this.#bytes, start, end));
  }

  #string(start: number, end: number): void {
    const opens = this.#bytes[start];
    if ((opens === 0x7b || opens === 0x5b) && this.#depth < MAX_NESTING && this.#nested(start, end)) return;
    const spans = this.#spans!;
    let at = start;
    for (let i = this.#index; i < this.#last && spans.start(i) < end; i++) {
      const from = Math.max(start, spans.start(i));
      const to = Math.min(end, spans.end(i));
      if (from >= to) continue;
      const floor = at;
      at = unitStart(this.#bytes, floor, Math.max(floor, from), end);
      const stop = unitEnd(this.#bytes, floor, Math.max(floor, to), end);
      this.edits.push(at, stop, this.#replacement(i, at, stop));
      at = stop;
    }
  }

  /** Rewrites the JSON text that this string's content spells; false when it spells none. */
  #nested(start: number, end: number): boolean {
    this.#inner ??= {
      rewriter: new JsonRewriter(this.#actions, this.#depth + 1),
      view: new View(),
      spans: new SpanList(),
    };
    const { rewriter, view, spans } = this.#inner;
    const source = { bytes: this.#bytes, from: start, to: end, openers: NO_OPENERS };
    view.clear(null);
    view.open(source);
    decodeEscapes(source, false, view);
    spans.clear();
    const outer = this.#spans!;
    for (let i = this.#index; i < this.#last && outer.start(i) < end; i++) {
      const at = view.indexAt(outer.start(i));
      let stop = view.indexAt(outer.end(i));
      // A token that the span's end cuts goes with it.
      while (stop < view.length && view.startOf(stop) < outer.end(i)) stop++;
      if (stop > at) spans.push(at, stop, outer.rule(i), outer.spelling(i));
    }
    if (
      !rewriter.rewrite(view.bytes, { from: 0, to: view.length }, spans, { first: 0, last: spans.length })
    ) {
      return false;
    }
    const { edits } = rewriter;
    for (let i = 0; i < edits.starts.length; i++) {
      this.edits.push(
        view.startOf(edits.starts[i]!),
        view.endOf(edits.ends[i]! - 1),
        escapeQuotes(edits.bytes[i]!),
      );
    }
    return true;
  }
}

export interface Range {
  readonly first: number;
  readonly last: number;
}

/** A replacement as a JSON string. */
export function quote(bytes: Uint8Array): Uint8Array {
  const quoted = new Uint8Array(bytes.length + 2);
  quoted[0] = 0x22;
  quoted.set(bytes, 1);
  quoted[bytes.length + 1] = 0x22;
  return quoted;
}

/** A placeholder as it stands in a JSON string: only quotes and backslashes of our own can need it. */
function escapeQuotes(bytes: Uint8Array): Uint8Array {
  if (!bytes.includes(0x22) && !bytes.includes(0x5c)) return bytes;
  const escaped: number[] = [];
  for (const byte of bytes) {
    if (byte === 0x22 || byte === 0x5c) escaped.push(0x5c);
    escaped.push(byte);
  }
  return Uint8Array.from(escaped);
}
