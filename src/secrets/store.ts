import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { Secret, SecretOrigin } from '../engine/secret.ts';
import { errnoOf } from './errno.ts';
import type { Guarded } from './families.ts';
import { takeFamily } from './families.ts';
import type { Load, Problem, Provider, Watch } from './provider.ts';
import type { Held, Sighting } from './rotation.ts';
import { Rotation } from './rotation.ts';
import type { ListedValue, SecretSet } from './secret-set.ts';
import { EMPTY_SET, sizeRange } from './secret-set.ts';

// An import of node:crypto would ask for all it exports, WebCrypto too: 10 ms of every start.
const { createHmac, randomBytes } = process.getBuiltinModule('node:crypto');

export type { ListedValue, SecretSet } from './secret-set.ts';

/** Values taken apart between two turns of the event loop; of those known already, this many times as many. */
const VALUES_A_TURN = 32;
const KNOWN_FOR_ONE = 4;
const LISTED_A_TURN = 128;
/** Longest delay `setTimeout` keeps; a longer one is armed again. */
const MAX_TIMER_MS = 2 ** 31 - 1;
const MAX_RETRY_MS = 60_000;

export interface SecretStoreOptions {
  /** In order: the first name of a value wins. */
  readonly providers: readonly Provider[];
  /** Values shorter than this many bytes are not matched anywhere in the text. */
  readonly minBytes: number;
  /** How long a value that disappeared is still redacted, in milliseconds. */
  readonly graceMs: number;
  /** Milliseconds on a clock that only goes forward. */
  readonly now: () => number;
  /** Follow changes after the first load; default true. */
  readonly watch?: boolean;
  /** Pause between two readings while changes keep coming; the first one is never delayed. */
  readonly debounceMs?: number;
  /** First pause before a provider that could not be read in full is tried again; doubles up to a minute. */
  readonly retryMs?: number;
}

/** What was made of one value: a row for each of its parts. */
type Taken = readonly (Omit<Sighting, 'seen'> | ListedValue)[];

/** What the last load of a provider said, besides the values in rotation. */
interface Report {
  readonly problems: readonly Problem[];
  readonly complete: boolean;
  /** Values that are not matched. */
  readonly unmatched: readonly ListedValue[];
}

interface Taking {
  readonly report: Report;
  readonly sightings: readonly Sighting[];
}

/**
 * The values to redact, kept up to date: providers are read, documents taken apart, the guard asked, and
 * rotation decides how long each stays. A provider that cannot be read keeps its values and degrades the set.
 */
export class SecretStore {
  #current: SecretSet = EMPTY_SET;
  readonly #options: SecretStoreOptions;
  readonly #rotation: Rotation;
  readonly #idKey = randomBytes(32);
  readonly #verdicts = new WeakMap<Secret, Guarded>();
  /** By the origin that a provider gave a value under, for loads that leave its bytes out. */
  readonly #taken = new WeakMap<SecretOrigin, Taken>();
  readonly #reports = new Map<Provider, Report>();
  readonly #dirty = new Set<Provider>();
  /** Everything is to be read, whether or not it seems to have changed. */
  #all = true;
  readonly #listeners = new Set<(set: SecretSet) => void>();
  readonly #watches: Watch[] = [];
  #working: Promise<void> | null = null;
  /** What is being read may hold values that are not in `current` yet. */
  #urgent = false;
  /** The same of what was heard since the last reading began. */
  #fresh = false;
  /** A load is being taken over, in several turns. */
  #taking = false;
  #expiry: NodeJS.Timeout | null = null;
  #retry: NodeJS.Timeout | null = null;
  #retryMs: number;
  #watching = false;
  #closed = false;

  constructor(options: SecretStoreOptions) {
    this.#options = options;
    this.#rotation = new Rotation(options.graceMs);
    this.#retryMs = options.retryMs ?? 5000;
  }

  get current(): SecretSet {
    return this.#current;
  }

  /** Reads every provider, now; the first call starts to follow changes. What went wrong is in `problems`. */
  async load(): Promise<SecretSet> {
    if (this.#closed) return this.#current;
    if (!this.#watching && this.#options.watch !== false) this.#follow();
    for (const provider of this.#options.providers) this.#dirty.add(provider);
    this.#urgent = true;
    this.#fresh = true;
    this.#all = true;
    await this.#work();
    return this.#current;
  }

  /** Resolves when every change noticed so far is in `current`. */
  async idle(): Promise<void> {
    while (this.#working !== null) await this.#working;
  }

  /** Settles when the changes noticed so far are in `current`; null when they are, or bring no new value. */
  taking(): Promise<void> | null {
    return this.#urgent ? this.#working : null;
  }

  /** @returns a function that ends the subscription. */
  onChange(listener: (set: SecretSet) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** No matcher older than `generation` is in use or being compiled: values retired by then are wiped. */
  settled(generation: number): void {
    this.#rotation.settled(generation);
  }

  /** Retires what is due now; the store's own timer calls it. */
  tick(): void {
    // What is being taken may bring back a value that is due; its end retires the others.
    if (this.#taking) return;
    if (!this.#closed && this.#rotation.expire(this.#options.now())) for (const _ of this.#publishing());
    else this.#armExpiry();
  }

  /** Ends watching and wipes every value; Secrets handed out are useless after. */
  close(): void {
    this.#closed = true;
    for (const watch of this.#watches) watch.close();
    for (const timer of [this.#expiry, this.#retry]) if (timer !== null) clearTimeout(timer);
    this.#listeners.clear();
    this.#rotation.close();
    this.#current = { ...EMPTY_SET, generation: this.#current.generation };
  }

  #follow(): void {
    this.#watching = true;
    for (const provider of this.#options.providers) {
      this.#watches.push(provider.watch((fresh) => this.#changed(provider, fresh)));
    }
  }

  #changed(provider: Provider, fresh: boolean): void {
    if (this.#closed) return;
    this.#urgent ||= fresh;
    this.#fresh ||= fresh;
    this.#dirty.add(provider);
    void this.#work();
  }

  #work(pauseMs = 0): Promise<void> {
    this.#working ??= this.#drain(pauseMs);
    return this.#working;
  }

  /**
   * Reads until nothing has changed meanwhile: a change during a reading makes its provider dirty again. What
   * brings no new value then is another drain's, so that nobody waits for it.
   */
  async #drain(pauseMs: number): Promise<void> {
    const { debounceMs = 5 } = this.#options;
    // A swap is three events, heard in one turn. `#working` is set before anything runs that may call back.
    await (pauseMs === 0 ? nextTurn() : sleep(pauseMs, undefined, { ref: false }));
    try {
      while (this.#dirty.size > 0 && !this.#closed) {
        this.#fresh = false;
        const batch = this.#options.providers.filter((provider) => this.#dirty.has(provider));
        this.#dirty.clear();
        const omit = !this.#all;
        this.#all = false;
        const loads = await Promise.all(batch.map((provider) => this.#read(provider, omit)));
        await this.#takeOver(batch, loads);
        this.#armRetry();
        if (!this.#fresh) break;
        await sleep(debounceMs, undefined, { ref: false });
      }
    } finally {
      // In the same turn as the last look at `#dirty`: a later change starts a new drain.
      this.#urgent = false;
      this.#working = null;
      if (this.#dirty.size > 0 && !this.#closed) void this.#work(debounceMs);
    }
  }

  /** Never rejects: a provider that fails is an incomplete load. */
  async #read(provider: Provider, omit: boolean): Promise<Taking> {
    let load: Load;
    try {
      load = await provider.load(omit);
    } catch (error) {
      const message = `${provider.name} failed (${errnoOf(error)}); values known before stay active, new ones are not known and not redacted. It is tried again.`;
      const problem: Problem = {
        code: 'E_PROVIDER_FAILED',
        level: 'error',
        provider: provider.name,
        message,
      };
      load = { values: [], problems: [problem], complete: false };
    }
    const sightings: Sighting[] = [];
    const unmatched: ListedValue[] = [];
    let work = 0;
    for (const { origin, bytes, seen } of load.values) {
      work += bytes === null ? 1 : KNOWN_FOR_ONE;
      if (work >= VALUES_A_TURN * KNOWN_FOR_ONE) {
        await nextTurn();
        work = 0;
      }
      const taken = bytes === null ? this.#taken.get(origin)! : this.#takeApart(origin, bytes, provider.name);
      for (const row of taken) {
        if ('use' in row) unmatched.push(row);
        else sightings.push({ secret: row.secret, id: row.id, seen });
      }
    }
    return { report: { problems: load.problems, complete: load.complete, unmatched }, sightings };
  }

  #takeApart(origin: SecretOrigin, bytes: Uint8Array, provider: string): Taken {
    const taken = takeFamily({ origin, bytes }, this.#options.minBytes).map((guarded) => {
      const { secret } = guarded;
      if (secret === null) return listUnmatched(guarded, provider);
      this.#verdicts.set(secret, guarded);
      return { secret, id: this.#idOf(secret, guarded) };
    });
    this.#taken.set(origin, taken);
    return taken;
  }

  /** Takes all loads, whatever the first said, and publishes what came of them. */
  async #takeOver(providers: readonly Provider[], loads: readonly Taking[]): Promise<void> {
    this.#taking = true;
    try {
      let changed = false;
      for (const [index, provider] of providers.entries())
        changed = (await this.#take(provider, loads[index]!)) || changed;
      if (changed) for (const _ of this.#publishing()) await nextTurn();
      else this.#armExpiry();
    } finally {
      this.#taking = false;
    }
  }

  async #take(provider: Provider, { report, sightings }: Taking): Promise<boolean> {
    const now = this.#options.now();
    const steps = this.#rotation.applying(provider.name, sightings, { now, complete: report.complete });
    let moved = false;
    for (let step: IteratorResult<void, boolean> | null = null; step?.done !== true; ) {
      if (this.#closed) {
        for (const { secret } of sightings) secret.wipe();
        return false;
      }
      step = steps.next();
      if (step.done === true) moved = step.value;
      else await nextTurn();
    }
    const before = this.#reports.get(provider);
    this.#reports.set(provider, report);
    return moved || JSON.stringify(before) !== JSON.stringify(report);
  }

  /** Equal values share a Secret; short ones only under one key, since they are matched next to it. Keyed: no plain hash. */
  #idOf(secret: Secret, { use }: Guarded): string {
    const digest = createHmac('sha256', this.#idKey).update(secret.reveal()).digest('base64');
    return use === 'beside-key' ? `${digest} ${secret.origin.key}` : digest;
  }

  /** In steps; between them the rotation must not change. */
  *#publishing(): Generator<void, void, void> {
    yield;
    const listing: ListedValue[] = [];
    const secrets: Secret[] = [];
    const shorts: Secret[] = [];
    for (const value of this.#rotation.held()) {
      if (listing.length % LISTED_A_TURN === LISTED_A_TURN - 1) yield;
      const row = this.#list(value);
      listing.push(row);
      (row.use === 'anywhere' ? secrets : shorts).push(value.secret);
    }
    if (this.#closed) return;
    const reports = this.#options.providers.flatMap((provider) => this.#reports.get(provider) ?? []);
    const problems = reports.flatMap((report) => report.problems);
    if (this.#rotation.dropped > 0) problems.push(tooManyRetiring(this.#rotation.dropped));
    this.#current = Object.freeze({
      generation: this.#rotation.generation,
      newest: this.#rotation.newest,
      secrets: Object.freeze(secrets),
      shorts: Object.freeze(shorts),
      listing: Object.freeze(listing.concat(...reports.map((report) => report.unmatched))),
      problems: Object.freeze(problems),
      degraded: reports.some((report) => !report.complete),
    });
    this.#armExpiry();
    for (const listener of [...this.#listeners]) listener(this.#current);
  }

  #list({ secret, provider, state, aliases }: Held): ListedValue {
    const { use, reason } = this.#verdicts.get(secret)!;
    const { name, part } = secret.origin;
    return { name, part, provider, state, use, reason, size: sizeRange(secret.length), aliases };
  }

  #armExpiry(): void {
    if (this.#expiry !== null) clearTimeout(this.#expiry);
    this.#expiry = null;
    const next = this.#closed || !this.#watching ? null : this.#rotation.nextExpiry();
    if (next === null) return;
    const delay = Math.min(MAX_TIMER_MS, Math.max(1, next - this.#options.now()));
    this.#expiry = setTimeout(() => this.tick(), delay).unref();
  }

  /** What could not be read may become readable without an event (a mount that recovers, descriptors freed). */
  #armRetry(): void {
    if (!this.#watching || this.#closed || this.#retry !== null) return;
    const failed = this.#options.providers.filter(
      (provider) => this.#reports.get(provider)?.complete === false,
    );
    if (failed.length === 0) {
      this.#retryMs = this.#options.retryMs ?? 5000;
      return;
    }
    this.#retry = setTimeout(() => {
      this.#retry = null;
      for (const provider of failed) this.#changed(provider, true);
    }, this.#retryMs).unref();
    this.#retryMs = Math.min(MAX_RETRY_MS, this.#retryMs * 2);
  }
}

function listUnmatched(guarded: Guarded, provider: string): ListedValue {
  const { name, part } = guarded.origin;
  const { use, reason } = guarded;
  return { name, part, provider, state: 'active', use, reason, size: sizeRange(guarded.length), aliases: [] };
}

function tooManyRetiring(count: number): Problem {
  const message = `Too many replaced values are within their grace time; the ${count} oldest are not redacted any more. Shorten --grace, or find out what rewrites the Secrets so often.`;
  return { code: 'E_SECRETS_RETIRING', level: 'error', provider: 'rotation', message };
}
