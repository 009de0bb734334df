import { INCOMPLETE, readHex, type View, type ViewSource } from './view.ts';

const PERCENT = 0x25;

/** True when the `%` at `at` opens an escape, or may do so with more bytes. */
export function opensPercent(source: ViewSource, at: number, more: boolean): boolean {
  return readHex(source, at + 1, 2, more) !== -2;
}

/** Undoes one level of percent-encoding (RFC 3986 section 2.1), hex digits in either case; `+` stays. */
export function decodePercent(source: ViewSource, more: boolean, view: View): void {
  const { bytes, to, openers } = source;
  let at = source.from;
  while (at < to) {
    const next = openers.next(bytes, at, to, PERCENT, PERCENT);
    if (next > at) view.run(source, at, next);
    if (next === to) return;
    const byte = readHex(source, next + 1, 2, more);
    if (byte === INCOMPLETE) {
      view.suspend(next);
      return;
    }
    at = byte < 0 ? next + 1 : next + 3;
    if (byte >= 0) view.changed = true;
    view.token(byte < 0 ? PERCENT : byte, next, at);
  }
}
