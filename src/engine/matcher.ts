import type { Actions } from './actions/action.ts';
import type { Detector } from './detectors/detector.ts';
import type { Secret } from './secret.ts';

/** What a finding is a finding of: a known secret or a detector. */
export interface Rule {
  /** Stands in the placeholder and the ledger. */
  readonly label: string;
  readonly kind: 'secret' | 'detector';
  /** Index into the secrets or the detectors the matcher was compiled from. */
  readonly index: number;
  /** Higher outranks lower when findings overlap: known secret 4, high 3, medium 2, low 1. */
  readonly rank: number;
  readonly observe: boolean;
}

export interface MatcherInput {
  readonly generation: number;
  /** Guarded already: nothing common or shorter than the minimum, but see `shorts`. */
  readonly secrets: readonly Secret[];
  /** Values of 4 to 7 bytes: matched only as a whole token next to their own key. */
  readonly shorts: readonly Secret[];
  readonly detectors: readonly Detector[];
  readonly actions: Actions;
  /** Seek near misses of known secrets too. */
  readonly near: boolean;
}

/** Compiled needles and detectors; immutable. */
export interface Matcher {
  readonly generation: number;
  readonly rules: readonly Rule[];
  readonly actions: Actions;
}
