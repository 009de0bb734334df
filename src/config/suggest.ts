import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** `; did you mean X?` for the known word nearest to `word`, or nothing when none is near. */
export function didYouMean(word: string, known: readonly string[]): string {
  // Loaded only here: a run without a mistake does not pay for it.
  const { distance } = require('fastest-levenshtein') as typeof import('fastest-levenshtein');
  let best = '';
  // A third of the letters may differ, 2 at least: `dris` for `dirs`, `loglevel` for `logLevel`.
  let bound = Math.max(2, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const far = distance(word.toLowerCase(), candidate.toLowerCase());
    if (far < bound) [best, bound] = [candidate, far];
  }
  return best === '' ? '' : `; did you mean ${best}?`;
}
