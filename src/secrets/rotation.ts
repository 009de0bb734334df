import type { Secret } from '../engine/secret.ts';

/** One appearance of a value in a provider's load. */
export interface Sighting {
  /** Handed over; it may be the one that was handed over for the last load. */
  readonly secret: Secret;
  readonly seen: 'current' | 'coming' | 'gone';
  /** Equal for equal values that may share one Secret. */
  readonly id: string;
}

/** A value in the set, and who has it. */
export interface Held {
  readonly secret: Secret;
  /** Provider that showed it first. */
  readonly provider: string;
  readonly state: 'active' | 'retiring';
  /** Other names that hold the same value. */
  readonly aliases: readonly string[];
}

interface Entry {
  readonly secret: Secret;
  readonly provider: string;
  /** Provider to the full names under which it shows the value now. */
  readonly names: Map<string, readonly string[]>;
  /** Some provider showed it as current at least once. */
  visible: boolean;
  /** When a retiring value retires; Infinity while active. */
  until: number;
}

interface LoadFacts {
  readonly now: number;
  readonly complete: boolean;
}

/** Values looked at in one step of `applying`: before the code is compiled, 10 µs each. */
const A_STEP = 128;
/** Retiring values held at most; past that the ones closest to their end go first, and `dropped` counts them. */
const MAX_RETIRING = 50_000;

/**
 * Which values are redacted, over time: `active` as soon as read, `retiring` for `graceMs` after the last
 * provider stopped showing it, then retired. Pure: handed its time. A retired Secret is wiped only once
 * the caller says by `settled` that no matcher compiled from a set that holds it is in use.
 */
export class Rotation {
  /** Number of the set; a new one whenever a value came or went (not when one only turned to retiring). */
  generation = 0;
  /** The last one for which a value came. */
  newest = 0;
  /** Values that had to retire before their grace was over. */
  dropped = 0;
  readonly #graceMs: number;
  readonly #entries = new Map<string, Entry>();
  /** Retired Secrets, with the first generation that is without them. */
  #leaving: { secret: Secret; since: number }[] = [];

  /** @param graceMs how long a value that disappeared is still redacted. */
  constructor(graceMs: number) {
    this.#graceMs = graceMs;
  }

  /**
   * Takes one provider's whole load. `complete` false: what is missing may only be unreadable, so nothing
   * starts to retire. Duplicates are wiped here.
   * @returns whether anything changed that `held` shows.
   */
  apply(provider: string, sightings: readonly Sighting[], load: LoadFacts): boolean {
    const steps = this.applying(provider, sightings, load);
    for (;;) {
      const { done, value } = steps.next();
      if (done === true) return value;
    }
  }

  /** `apply` in steps of about a millisecond; between them neither `apply` nor `expire` may be called. */
  *applying(
    provider: string,
    sightings: readonly Sighting[],
    load: LoadFacts,
  ): Generator<void, boolean, void> {
    const names = new Map<Entry, string[]>();
    let came = false;
    let work = 0;
    for (const sighting of sightings) {
      if (++work % A_STEP === 0) yield;
      let entry = this.#entries.get(sighting.id);
      if (entry === undefined) {
        entry = this.#adopt(provider, sighting);
        came = true;
      } else if (entry.secret !== sighting.secret) {
        sighting.secret.wipe();
      }
      if (sighting.seen !== 'coming') entry.visible = true;
      // A value only ever seen as gone has an entry but no name, and starts to retire below.
      const shown = sighting.seen === 'gone' ? [] : [fullName(sighting.secret)];
      const list = names.get(entry);
      if (list === undefined) names.set(entry, shown);
      else list.push(...shown);
    }
    const moved = yield* this.#settleNames(provider, names, load);
    const gone = this.expire(load.now);
    if (came && !gone) this.generation++;
    if (came) this.newest = this.generation;
    return came || moved || gone;
  }

  /** Retires what is due. @returns whether anything was. */
  expire(now: number): boolean {
    const due: [string, Entry][] = [];
    const retiring: [string, Entry][] = [];
    for (const [id, entry] of this.#entries) {
      if (entry.until === Infinity) continue;
      if (entry.until <= now) due.push([id, entry]);
      else retiring.push([id, entry]);
    }
    const over = retiring.length - MAX_RETIRING;
    if (over > 0) {
      retiring.sort(([, a], [, b]) => a.until - b.until);
      due.push(...retiring.slice(0, over));
      this.dropped += over;
    }
    if (due.length === 0) return false;
    this.generation++;
    for (const [id, entry] of due) {
      this.#entries.delete(id);
      this.#leaving.push({ secret: entry.secret, since: this.generation });
    }
    return true;
  }

  /** When the next value retires, on the caller's clock; null: none is retiring. */
  nextExpiry(): number | null {
    let next = Infinity;
    for (const { until } of this.#entries.values()) next = Math.min(next, until);
    return next === Infinity ? null : next;
  }

  /** Every value to redact, in order of first appearance. */
  *held(): Generator<Held, void, void> {
    // The map keeps the order of insertion.
    for (const entry of this.#entries.values()) {
      const state = entry.until === Infinity ? 'active' : 'retiring';
      yield { secret: entry.secret, provider: entry.provider, state, aliases: aliases(entry) };
    }
  }

  /** No matcher older than `generation` is in use any more: wipes what that one is without. */
  settled(generation: number): void {
    this.#leaving = this.#leaving.filter(({ secret, since }) => {
      if (since > generation) return true;
      secret.wipe();
      return false;
    });
  }

  /** Wipes everything. */
  close(): void {
    for (const { secret } of this.#entries.values()) secret.wipe();
    for (const { secret } of this.#leaving) secret.wipe();
    this.#entries.clear();
    this.#leaving = [];
  }

  #adopt(provider: string, { id, secret }: Sighting): Entry {
    const entry: Entry = { secret, provider, names: new Map(), visible: false, until: Infinity };
    this.#entries.set(id, entry);
    return entry;
  }

  /** Notes under which names `provider` shows each value now; what nobody shows any more starts to retire. */
  *#settleNames(
    provider: string,
    names: ReadonlyMap<Entry, readonly string[]>,
    load: LoadFacts,
  ): Generator<void, boolean, void> {
    let moved = false;
    let work = 0;
    for (const entry of this.#entries.values()) {
      if (++work % A_STEP === 0) yield;
      const shown = names.get(entry);
      const before = entry.names.get(provider);
      if (shown !== undefined && shown.length > 0) entry.names.set(provider, shown);
      else if (before !== undefined && load.complete) entry.names.delete(provider);
      const alive = entry.names.size > 0;
      if (alive && entry.until !== Infinity) entry.until = Infinity;
      else if (!alive && (entry.until === Infinity || shown !== undefined)) {
        const torn = !entry.visible && this.#isTorn(entry, names);
        entry.until = torn ? load.now : load.now + this.#graceMs;
      } else if (before?.length === entry.names.get(provider)?.length) continue;
      moved = true;
    }
    return moved;
  }

  /** Read while it was being written: the same name now shows a longer value that begins with it. Never a real value. */
  #isTorn(entry: Entry, names: ReadonlyMap<Entry, readonly string[]>): boolean {
    const start = entry.secret.reveal();
    for (const other of names.keys()) {
      if (other.secret.name !== entry.secret.name || other.secret.length <= start.length) continue;
      const longer = other.secret.reveal();
      if (start.every((byte, index) => byte === longer[index])) return true;
    }
    return false;
  }
}

const NONE: readonly string[] = Object.freeze([]);

/** The first name stays the Secret's own even when it is an alias that lives on: labels do not jump. */
function aliases(entry: Entry): readonly string[] {
  if (entry.names.size === 0) return NONE;
  if (entry.names.size === 1) {
    // Nearly every value: one provider, one name. 10,000 Sets would be 10 ms of a reload.
    const [names] = entry.names.values();
    if (names!.length === 1 && names![0] === fullName(entry.secret)) return NONE;
  }
  const all = new Set([...entry.names.values()].flat());
  all.delete(fullName(entry.secret));
  return [...all];
}

function fullName(secret: Secret): string {
  return secret.origin.part === '' ? secret.name : `${secret.name}#${secret.origin.part}`;
}
