import type { Matcher } from './matcher.ts';
import { LAST, Scanner } from './scanner.ts';
import { copySpans, SpanList } from './span-list.ts';
import { triggersIn, ViewScanner } from './view-scanner.ts';

/**
 * Makes a scan of whole texts that tells every finding of every rule, in escapes too, before any of them
 * merge: for reports. The same steps as the stream's, without a stream.
 */
export function wholeScan(matcher: Matcher): (text: Buffer) => SpanList {
  const scanner = new Scanner(matcher);
  const views = new ViewScanner(scanner, matcher.whitespace);
  return (text) => {
    const found = new SpanList();
    const { length } = text;
    scanner.scan(text, 0, length, LAST, 0);
    const { spans } = scanner;
    copySpans(spans, found);
    views.scan(text, { from: 0, to: length }, LAST, triggersIn(text, 0, length), found);
    return found;
  };
}
