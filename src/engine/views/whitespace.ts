import type { View, ViewSource } from './view.ts';

/** Longest run folded into one space; a longer one is folded piece by piece. */
const RUN_MAX = 1024;
const BLANK = new Uint8Array(256);
for (const byte of [9, 10, 11, 12, 13, 32]) BLANK[byte] = 1;

/**
 * Folds every run of white space into one space, so that a value of several short lines is met however it
 * is laid out. A run that the data's end cuts is taken for whole: if a needle is under way there, the
 * carry begins ahead of it and the run is read again with what follows.
 */
export function foldWhitespace(source: ViewSource, _more: boolean, view: View): void {
  const { bytes, to } = source;
  let at = source.from;
  while (at < to) {
    let word = at;
    while (word < to && BLANK[bytes[word]!] === 0) word++;
    if (word > at) view.run(source, at, word);
    if (word === to) return;
    at = word;
    const next = runEnd(source, at);
    if (next > at + 1 || bytes[at] !== 32) view.changed = true;
    view.token(32, at, next);
    at = next;
  }
}

function runEnd(source: ViewSource, at: number): number {
  const limit = Math.min(source.to, at + RUN_MAX);
  let next = at + 1;
  while (next < limit && BLANK[source.bytes[next]!] === 1) next++;
  return next;
}
