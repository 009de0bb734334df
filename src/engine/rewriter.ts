import type { Actions } from './actions/action.ts';
import type { EditSink } from './edits.ts';
import type { FindingList } from './findings.ts';
import { JsonRewriter } from './json-rewriter.ts';
import { JsonLexer, type TokenSink } from './lexer.ts';
import type { RedactorOptions } from './redactor.ts';
import { LABEL_REACH } from './resolve.ts';
import type { SpanList } from './span-list.ts';

const LF = 10;
/** The bytes that can open a JSON value. */
const JSON_OPENS = '{["-0123456789tfn';
const MINUS = 0x2d;
/** What a number is written with besides digits. */
const NUMBER_SIGNS = Buffer.from('+-.eE');
/** In `auto` a line of more digits than this is text: it is not held as a whole. */
const MAX_NUMBER = 4096;
const NO_TOKENS: TokenSink = { token: () => {} };
const NOTHING = new Uint8Array(0);
const DROP_OPENS = Buffer.from('{"message":"');
const DROP_CLOSES = Buffer.from('"}');

/** A stretch of the haystack whose lines are decided, and where it stands in the stream. */
export interface Stretch {
  readonly haystack: Buffer;
  readonly from: number;
  readonly to: number;
  /** The end of what has come: bytes behind `to` are held. */
  readonly known: number;
  /** Absolute offset of haystack index 0. */
  readonly base: number;
  /** The stream ends at `to`, or what is held must leave: a last line without LF counts as whole. */
  readonly final: boolean;
  /** The first merged span continues one whose placeholder has left already. */
  readonly continues: boolean;
}

/** Replaces merged spans: as text, inside the tokens of a JSON line, or by taking the whole record. */
export class Rewriter {
  readonly #actions: Actions;
  readonly #options: RedactorOptions;
  readonly #json: JsonRewriter;
  readonly #lexer = new JsonLexer();
  /** Where the last edit ended, as an absolute offset: all input before it has been written out or replaced. */
  written = 0;

  constructor(actions: Actions, options: RedactorOptions) {
    this.#actions = actions;
    this.#options = options;
    this.#json = new JsonRewriter(actions);
  }

  /** Emits the edits of `stretch` and counts its findings. A span that goes on behind it is cut there. */
  rewrite(stretch: Stretch, merged: SpanList, sink: EditSink, findings: FindingList): void {
    let index = 0;
    // The part of span `index` that is still to be replaced begins here.
    let at = 0;
    let again = stretch.continues;
    while (index < merged.length) {
      at = Math.max(at, merged.start(index));
      if (at >= stretch.to) return;
      if (!again && at === merged.start(index)) {
        count(merged, index, findings);
      }
      const done = this.#line(stretch, merged, index, at, again, sink);
      // A line takes every span that begins in it: count those it took besides the first.
      let next = index;
      while (next < merged.length && merged.end(next) <= done) {
        if (next > index) {
          count(merged, next, findings);
        }
        next++;
      }
      again = next < merged.length && merged.start(next) < done;
      if (again && next > index) {
        count(merged, next, findings);
      }
      at = done;
      index = next;
    }
  }

  /**
   * Replaces span `index` from `at` on, and in a JSON or dropped line all others that meet the line.
   * @returns the haystack index up to which spans have been dealt with
   */
  #line(
    stretch: Stretch,
    merged: SpanList,
    index: number,
    at: number,
    again: boolean,
    sink: EditSink,
  ): number {
    const { haystack } = stretch;
    const rule = merged.rule(index);
    const drops = this.#actions.of(rule).name === 'drop';
    if (this.#options.json !== 'never' || drops) {
      const lineStart = at === 0 ? 0 : haystack.lastIndexOf(LF, at - 1) + 1;
      const found = haystack.indexOf(LF, at);
      const whole = found !== -1 && found < stretch.to;
      const lineEnd = whole ? found : stretch.to;
      const short = lineEnd - lineStart <= this.#options.maxRecordBytes;
      if (lineStart >= stretch.from && (whole || stretch.final) && short && lineStart < lineEnd) {
        const json = this.#isJsonLine(haystack, lineStart, lineEnd);
        const drop = drops ? index : this.#dropsLater(merged, index, lineEnd);
        if (drop !== -1) return this.#dropLine(stretch, merged, drop, lineStart, lineEnd, json, sink);
        if (json && this.#jsonLine(stretch, merged, index, at, lineStart, lineEnd, sink)) return lineEnd + 1;
      }
    }
    const end = this.#textEnd(stretch, at, Math.min(merged.end(index), stretch.to));
    const bytes = again ? NOTHING : this.#actions.of(rule).replace(rule, haystack, at, end);
    this.#replace(stretch, at, end, bytes, sink);
    return end;
  }

  /** A span in text goes no further than the LF ahead of a JSON line, which must stay whole. */
  #textEnd(stretch: Stretch, at: number, end: number): number {
    if (this.#options.json === 'never') return end;
    const { haystack } = stretch;
    for (let lf = haystack.indexOf(LF, at); lf !== -1 && lf < end - 1; lf = haystack.indexOf(LF, lf + 1)) {
      if (this.#isJson(haystack, lf + 1, stretch.to)) return Math.max(lf, at + 1);
    }
    return end;
  }

  #isJson(haystack: Buffer, lineStart: number, to: number): boolean {
    if (!this.looksJson(haystack, lineStart, to)) return false;
    const found = haystack.indexOf(LF, lineStart);
    return this.#lexer.walk(haystack, lineStart, found === -1 ? to : Math.min(found, to), NO_TOKENS);
  }

  #isJsonLine(haystack: Buffer, lineStart: number, lineEnd: number): boolean {
    return this.#options.json !== 'never' && this.looksJson(haystack, lineStart, lineEnd);
  }

  #dropsLater(merged: SpanList, index: number, lineEnd: number): number {
    for (let i = index; i < merged.length && merged.start(i) < lineEnd; i++) {
      if (this.#actions.of(merged.rule(i)).name === 'drop') return i;
    }
    return -1;
  }

  #jsonLine(
    stretch: Stretch,
    merged: SpanList,
    index: number,
    at: number,
    lineStart: number,
    lineEnd: number,
    sink: EditSink,
  ): boolean {
    let last = index;
    while (last < merged.length && merged.start(last) < lineEnd) last++;
    const range = { from: lineStart, to: lineEnd };
    if (!this.#json.rewrite(stretch.haystack, range, merged, { first: index, last })) return false;
    const { edits } = this.#json;
    for (let i = 0; i < edits.starts.length; i++) {
      if (edits.ends[i]! > at)
        this.#replace(stretch, edits.starts[i]!, edits.ends[i]!, edits.bytes[i]!, sink);
    }
    return true;
  }

  /** The marker takes the line's place, its LF (and CR) stay; a JSON line becomes a JSON object. */
  #dropLine(
    stretch: Stretch,
    merged: SpanList,
    index: number,
    lineStart: number,
    lineEnd: number,
    json: boolean,
    sink: EditSink,
  ): number {
    const { haystack } = stretch;
    const rule = merged.rule(index);
    const marker = this.#actions.of(rule).replace(rule, haystack, merged.start(index), merged.end(index));
    const end = haystack[lineEnd - 1] === 13 ? lineEnd - 1 : lineEnd;
    const bytes = json ? Buffer.concat([DROP_OPENS, marker, DROP_CLOSES]) : marker;
    this.#replace(stretch, lineStart, end, bytes, sink);
    return lineEnd + 1;
  }

  #replace(stretch: Stretch, start: number, end: number, bytes: Uint8Array, sink: EditSink): void {
    sink.replace(stretch.base + start, stretch.base + end, bytes);
    this.written = stretch.base + end;
  }

  /** True when the line at `from` may be JSON; a line that ends too early to say is taken for it. */
  looksJson(haystack: Buffer, from: number, to: number): boolean {
    if (this.#options.json === 'never') return false;
    let at = skipBlanks(haystack, from, to);
    if (at === to) return true;
    const opens = haystack[at]!;
    if (this.#options.json === 'always') return JSON_OPENS.includes(String.fromCharCode(opens));
    if (opens === MINUS || isDigit(opens))
      return this.#options.json === 'auto' && looksNumber(haystack, at, to);
    if (opens !== 0x7b && opens !== 0x5b) return false;
    at = skipBlanks(haystack, at + 1, to);
    if (at === to) return true;
    const next = haystack[at]!;
    if (opens === 0x7b) return next === 0x22 || next === 0x7d;
    return next === 0x5d || JSON_OPENS.includes(String.fromCharCode(next));
  }
}

/** A long finding leaves before its end is known: its size is told up to LABEL_REACH. */
function count(merged: SpanList, index: number, findings: FindingList): void {
  const size = Math.min(LABEL_REACH, merged.end(index) - merged.start(index));
  findings.push(merged.rule(index), merged.spelling(index), size);
}

/** Nothing but one number up to the line's end, so far: text after a number, a timestamp say, is text. */
function looksNumber(haystack: Buffer, from: number, to: number): boolean {
  const most = Math.min(to, from + MAX_NUMBER);
  let at = from;
  while (at < most && (isDigit(haystack[at]!) || NUMBER_SIGNS.includes(haystack[at]!))) at++;
  if (at === most && most < to && haystack[at] !== LF) return false;
  at = skipBlanks(haystack, at, to);
  return at === to || haystack[at] === LF;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function skipBlanks(haystack: Buffer, from: number, to: number): number {
  let at = from;
  while (at < to && (haystack[at] === 32 || haystack[at] === 9 || haystack[at] === 13)) at++;
  return at;
}
