import { LineEnds } from './line-ends.ts';
import type { Matcher } from './matcher.ts';
import { Reaches } from './reaches.ts';
import { type Edge, Scanner } from './scanner.ts';
import { copySpans, SpanList } from './span-list.ts';
import { ViewScanner } from './view-scanner.ts';
import { Openers } from './views/openers.ts';

/**
 * Scans whole texts for every finding of every rule, in escapes too, before any of them merge: for reports, and
 * for what stands beside a placeholder. The same steps as the stream's, without a stream.
 */
export class WholeScan {
  /** What the last scan found; valid until the next. */
  readonly found = new SpanList();
  /** No undecided finding begins before this position. */
  holdFrom = 0;
  readonly #openers = new Openers();
  readonly #lines = new LineEnds();
  readonly #reaches = new Reaches();
  readonly #scanner: Scanner;
  readonly #views: ViewScanner;

  constructor(matcher: Matcher) {
    this.#scanner = new Scanner(matcher);
    this.#views = new ViewScanner(this.#scanner, matcher.whitespace);
  }

  /** @param edge what stands behind the text */
  scan(bytes: Buffer, length: number, edge: Edge): void {
    const { found } = this;
    const text = {
      bytes,
      decoded: null,
      wakeFrom: 0,
      openers: this.#openers,
      lines: this.#lines,
      reaches: this.#reaches,
    };
    found.clear();
    this.#scanner.scan(text, 0, length, edge, 0);
    copySpans(this.#scanner.spans, found);
    const { holdFrom, seen } = this.#scanner;
    this.#views.scan(text, { from: 0, to: length }, edge, seen, found);
    this.holdFrom = Math.min(holdFrom, this.#views.holdFrom);
  }

  /** Overwrites the decoded bytes. */
  wipe(): void {
    this.#views.wipe();
  }
}
