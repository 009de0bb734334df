import type { Node } from './ast.ts';
import { ANY, Dfa, type Look, type Stop } from './dfa.ts';
import type { Literal } from './followers.ts';
import { buildNfa } from './nfa.ts';

/**
 * A quick look ahead of the pattern machine, which costs a hundred times more a byte: a deterministic
 * automaton over a larger language (`nfa.ts`), whose states are built when they are first met.
 * May let through what the pattern does not match; never stops what it matches, or may match with more bytes.
 */
export class Sieve {
  readonly #roots: readonly Node[];
  #dfa: Dfa | null = null;
  #useless = false;

  /** @param roots a match of any of these patterns passes */
  constructor(roots: readonly Node[]) {
    this.#roots = roots;
  }

  /** False: `runPattern` would say FAILED there. */
  passes(bytes: Uint8Array, look: Look): boolean {
    if (this.#useless) return true;
    this.#dfa ??= this.#build();
    if (this.#dfa === null) return true;
    const passed = this.#dfa.run(bytes, look);
    this.#letGo();
    return passed;
  }

  /**
   * The state behind a literal that stands in a match: a look from there on reads nothing ahead of it. ANY if that
   * can't tell anything.
   */
  behind(literal: Literal): number {
    if (this.#useless) return ANY;
    this.#dfa ??= this.#build();
    const row = this.#dfa?.behind(literal) ?? ANY;
    this.#letGo();
    return row;
  }

  /** False: `passes` would be false. @param state of `behind`; @param at where the literal ends */
  passesBehind(bytes: Uint8Array, state: number, at: number, stop: Stop): boolean {
    if (this.#dfa === null || state === ANY) return true;
    const passed = this.#dfa.walk(bytes, state, at, at, stop);
    this.#letGo();
    return passed;
  }

  /** An automaton that got too large is of no use. */
  #letGo(): void {
    if (this.#dfa?.full !== true) return;
    this.#useless = true;
    this.#dfa = null;
  }

  #build(): Dfa | null {
    const nfa = buildNfa(this.#roots);
    this.#useless = nfa === null;
    return nfa === null ? null : new Dfa(nfa);
  }
}
