import type { Plan } from '../config/plan.ts';
import type { Matcher } from '../engine/matcher.ts';
import type { Observer } from '../observe/observer.ts';
import type { SecretSet } from '../secrets/store.ts';

/** Where the values come from: the store in `secrets/`. */
export interface SecretSupply {
  load(): Promise<SecretSet>;
  readonly current: SecretSet;
  /** Settles when the changes noticed so far are in `current`; null when they are. */
  taking(): Promise<void> | null;
  onChange(listener: (set: SecretSet) => void): unknown;
  /** No matcher of an older generation is in use any more. */
  settled(generation: number): void;
  close(): unknown;
}

/** Everything a filter or a wrapped command needs; put together in `cli/compose.ts`. */
export interface Run {
  readonly plan: Plan;
  readonly store: SecretSupply;
  readonly observer: Observer;
  /** Compiles off the streams' path; may be slow and may give a promise. */
  compile(set: SecretSet): Matcher | Promise<Matcher>;
}
