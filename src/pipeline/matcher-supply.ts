import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Matcher } from '../engine/matcher.ts';
import type { SecretSet } from '../secrets/store.ts';
import type { Run } from './run.ts';

/** A stream, as far as the supply is concerned. */
export interface MatcherUser {
  setMatcher(matcher: Matcher): void;
}

/**
 * The matcher in use. A changed secret set is compiled apart and swapped in between two batches of every
 * stream; then the store hears that older generations are settled and may overwrite their values. A
 * failure keeps the generation that runs, says so, and takes readiness away until a reload succeeds.
 */
export class MatcherSupply {
  readonly #run: Pick<Run, 'store' | 'observer' | 'compile'>;
  readonly #users = new Set<MatcherUser>();
  #current: Matcher;
  /** The newest set not compiled yet; older ones in between are skipped. */
  #wanted: SecretSet | null = null;
  /** Older generations are without a value of `#wanted`, or of what is being compiled. */
  #newest = 0;
  #working: Promise<void> | null = null;
  #closed = false;

  private constructor(run: Pick<Run, 'store' | 'observer' | 'compile'>, first: Matcher) {
    this.#run = run;
    this.#current = first;
  }

  /** Loads the secrets and compiles the first matcher. Rejects when that fails: nothing may run then. */
  static async start(run: Pick<Run, 'store' | 'observer' | 'compile'>): Promise<MatcherSupply> {
    const started = performance.now();
    const set = await run.store.load();
    const supply = new MatcherSupply(run, await run.compile(set));
    run.observer.secretsLoaded(set);
    run.observer.swapped(set.generation, performance.now() - started);
    run.store.onChange((changed) => supply.#changed(changed));
    // A change between the load and the subscription.
    if (run.store.current.generation !== set.generation) supply.#changed(run.store.current);
    return supply;
  }

  get current(): Matcher {
    return this.#current;
  }

  attach(user: MatcherUser): void {
    this.#users.add(user);
  }

  /** A stream that has ended needs no matcher any more. */
  detach(user: MatcherUser): void {
    this.#users.delete(user);
  }

  /** Settles when every new value noticed so far is in use, or was refused; null when none is under way. */
  taking(): Promise<void> | null {
    const reading = this.#run.store.taking();
    if (reading === null) return this.#compiling();
    return reading.then(() => this.#compiling() ?? undefined);
  }

  /** What only leaves values out, nobody waits for. */
  #compiling(): Promise<void> | null {
    return this.#newest > this.#current.generation ? this.#working : null;
  }

  /** Reads every provider again, now. Never rejects. */
  async reload(): Promise<void> {
    try {
      const set = await this.#run.store.load();
      if (set.generation !== this.#current.generation) this.#changed(set);
      await this.#working;
    } catch (error) {
      this.#failed(error);
    }
  }

  close(): void {
    this.#closed = true;
  }

  #changed(set: SecretSet): void {
    if (this.#closed) return;
    this.#wanted = set;
    this.#newest = set.newest;
    this.#working ??= this.#work();
  }

  async #work(): Promise<void> {
    // `#working` stands before it is cleared, and the store's long turn is over.
    await nextTurn();
    try {
      while (this.#wanted !== null && !this.#closed) {
        const set = this.#wanted;
        this.#wanted = null;
        await this.#take(set);
      }
    } finally {
      // In the same turn as the last look at `#wanted`: a later change starts anew.
      this.#working = null;
    }
  }

  async #take(set: SecretSet): Promise<void> {
    const started = performance.now();
    try {
      const same = set.generation === this.#current.generation;
      const matcher = same ? null : await this.#run.compile(set);
      // Counting 10,000 values takes as long as the swap: a turn of its own.
      this.#run.observer.secretsLoaded(set);
      if (matcher === null) return;
      await nextTurn();
      this.#swap(set, matcher, started);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** One turn of the event loop: no stream runs a step meanwhile, so none is left on the old matcher. */
  #swap(set: SecretSet, matcher: Matcher, started: number): void {
    const old = this.#current;
    this.#current = matcher;
    for (const user of this.#users) user.setMatcher(matcher);
    old.needles.wipe();
    this.#run.store.settled(set.generation);
    this.#run.observer.swapped(set.generation, performance.now() - started);
    this.#run.observer.ready(true, `generation ${set.generation} is in use`);
  }

  /** Says the error's code only where its message may not be ours. */
  #failed(error: unknown): void {
    const code = (error as { code?: unknown }).code;
    const ours = error instanceof Error && typeof code === 'string' && code.startsWith('E_');
    const why = ours ? error.message : `internal error (${(error as Error)?.constructor?.name})`;
    const kept = this.#current.generation;
    this.#run.observer.reloadFailed(`${why}; generation ${kept} goes on`);
    this.#run.observer.ready(false, `the last reload failed; generation ${kept} goes on`);
  }
}
