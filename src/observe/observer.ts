import type { FindingList } from '../engine/findings.ts';
import type { Rule } from '../engine/matcher.ts';
import type { OriginList } from '../formats/body.ts';
import type { Protocol } from '../formats/protocols.ts';

/** Which stream of the workload: `stdin` for the filter, `stdout` and `stderr` for exec. */
export type StreamName = 'stdin' | 'stdout' | 'stderr' | Protocol;

/** One row of what the secret store knows; names only. */
export interface ListedSecret {
  readonly name: string;
  readonly part: string;
  readonly state: 'active' | 'retiring';
  readonly use: 'anywhere' | 'beside-key' | 'none';
  /** Why it is matched that way; empty when there is nothing to say. */
  readonly reason: string;
}

/** What has just been loaded; a SecretSet fits. `problems` did not stop it: an unreadable directory, a file that is too big. */
export interface LoadedSecrets {
  readonly generation: number;
  readonly listing: readonly ListedSecret[];
  readonly problems: readonly {
    readonly code: string;
    readonly level: 'error' | 'warning' | 'info';
    readonly message: string;
  }[];
  /** Something could not be read in full: a value may be unknown. Takes readiness away. */
  readonly degraded: boolean;
}

/** One chunk's way through: read, redacted, written. */
export interface Batch {
  readonly stream: StreamName;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Line ends seen in this batch. */
  readonly records: number;
  /** Bytes held back after it. */
  readonly held: number;
  /** From the read's return to the write's return, in milliseconds. */
  readonly latencyMs: number;
}

/** What was replaced in a batch, and the tables its numbers point into. */
export interface BatchFindings {
  readonly stream: StreamName;
  /** Read before the call returns; the caller clears it. */
  readonly list: FindingList;
  readonly rules: readonly Rule[];
  /** Where the records say they come from, finding by finding; left out where the protocol has no such words. */
  readonly origins?: OriginList;
}

/** A fault that was handled; no field may come from the input. */
export interface Fault {
  /** `engine`: a record could not be redacted. `output`: a write failed. `detector`: a pattern gave up. */
  readonly kind: 'engine' | 'output' | 'detector';
  readonly stream: StreamName;
  readonly action: 'hold' | 'drop' | 'pass';
  /** The error's stable code or class name; never its message, which may quote input. */
  readonly code: string;
  /** Bytes that went out unscanned; above 0 only under `--on-fault pass`. */
  readonly unscannedBytes: number;
}

/** One function per event: each writes the log line AND the counter. None throws, none blocks on the network. */
export interface Observer {
  /** A secret set was loaded: counts it, and names what is skipped. */
  secretsLoaded(set: LoadedSecrets): void;
  /** A reload failed and the old generation goes on; `problem` names files, never values. */
  reloadFailed(problem: string): void;
  /** A new matcher runs. @param ms from the decision to reload to the swap, in milliseconds */
  swapped(generation: number, ms: number): void;
  batch(batch: Batch): void;
  findings(found: BatchFindings): void;
  /** Counted; the caller says in words what happened where. */
  fault(fault: Fault): void;
  /** Readiness for `/readyz`; `why` is shown there. Not ready until the first call. */
  ready(ready: boolean, why: string): void;
  /** Words for people that fit no event above, for example that the child could not be started. */
  say(level: 'debug' | 'info' | 'warn' | 'error', code: string, message: string): void;
  /**
   * Flushes the ledger, writes the summary, stops the listener. Call once, before exit.
   * @returns false when something of the ledger or the summary is not where it was asked for; it was said
   */
  close(): Promise<boolean>;
}
