import type { Secret } from '../engine/secret.ts';
import type { Problem } from './provider.ts';

/** How a value is matched: anywhere in the text, only as a whole token next to its key, or not at all. */
export type Use = 'anywhere' | 'beside-key' | 'none';

/** A row of `unleak secrets list`: names and reasons, no byte and no exact length. */
export interface ListedValue {
  readonly name: string;
  /** Empty for the whole value. */
  readonly part: string;
  readonly provider: string;
  readonly state: 'active' | 'retiring';
  readonly use: Use;
  /** Why it is matched that way; empty when there is nothing to say. */
  readonly reason: string;
  /** Its length in bytes, as a range. */
  readonly size: string;
  /** Other names that hold the same value. */
  readonly aliases: readonly string[];
}

/** What is redacted at one time; immutable. */
export interface SecretSet {
  /** Changes when `secrets` or `shorts` do; `listing` and `problems` may change without. */
  readonly generation: number;
  /** The first generation that had every value of this one. */
  readonly newest: number;
  /** Matched anywhere in the text; parts of documents included, each distinct value once. */
  readonly secrets: readonly Secret[];
  /** Matched only next to their own key. */
  readonly shorts: readonly Secret[];
  /** Every value, those not matched included. */
  readonly listing: readonly ListedValue[];
  readonly problems: readonly Problem[];
  /** Some provider could not be read in full: a value may be unknown, older ones stay active. */
  readonly degraded: boolean;
}

export const EMPTY_SET: SecretSet = {
  generation: 0,
  newest: 0,
  secrets: [],
  shorts: [],
  listing: [],
  problems: [],
  degraded: false,
};

const STEPS = [0, 1, 4, 8, 16, 32, 64, 256, 4096];

/** A length as a range: an exact one would help who guesses. */
export function sizeRange(bytes: number): string {
  if (bytes === 0) return '0';
  const next = STEPS.findIndex((step) => step > bytes);
  return next === -1 ? `${STEPS.at(-1)} or more` : `${STEPS[next - 1]}-${STEPS[next]! - 1}`;
}
