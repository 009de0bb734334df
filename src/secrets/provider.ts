import type { SecretOrigin } from '../engine/secret.ts';

/** A value as a provider read it. */
export interface LoadedValue {
  readonly origin: SecretOrigin;
  /**
   * In memory of its own; whoever takes it wipes it. Null: the same as in the last load, which gave this
   * very `origin`.
   */
  readonly bytes: Uint8Array | null;
  /**
   * `current`: the workload can read it. `coming`: written, but not visible yet (a kubelet's new directory
   * before the swap). `gone`: it was visible a moment ago and was swapped away while we read.
   */
  readonly seen: 'current' | 'coming' | 'gone';
}

/** Something a person should know about a provider: names and paths only, never bytes. */
export interface Problem {
  /** Stable, `E_...`. */
  readonly code: string;
  /** `error`: a value may be unknown and so not redacted. `warning`: look at it. `info`: fine, but said. */
  readonly level: 'error' | 'warning' | 'info';
  readonly provider: string;
  /** Where, which limit, what was done, what to do. */
  readonly message: string;
}

/** What one reading of a provider gave. */
export interface Load {
  readonly values: readonly LoadedValue[];
  readonly problems: readonly Problem[];
  /** False when something that may hold a value could not be read: what was known before then stays active. */
  readonly complete: boolean;
}

export interface Watch {
  close(): void;
}

/** A place that secret values come from. */
export interface Provider {
  /** Shown to people, for example `dir /etc/secrets/shop-db`; unique in a store. */
  readonly name: string;
  /**
   * Reads everything. Never called again before it settled. Rejects only on a fault of its own.
   * @param omit values that have not changed since the last load may come without their bytes
   */
  load(omit?: boolean): Promise<Load>;
  /**
   * Calls `changed` when a new `load` may give something else. May call it for nothing; may be late by its
   * poll interval; may never pass over a change that lasts. Holds no process alive.
   * `fresh` false: every value that the next load will give was in the last one, so nobody needs to wait for it.
   */
  watch(changed: (fresh: boolean) => void): Watch;
}

/** A name fit for labels, logs and JSON: whatever could break a line or a string becomes `_`. */
export function safeName(name: string): string {
  return name.replace(/[^\x21\x23-\x5b\x5d-\x7e]/g, '_');
}
