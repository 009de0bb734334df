import type { Node } from './ast.ts';
import { addAll, type ByteSet, emptySet, intersects, WORD } from './byte-set.ts';

/** What is still to be matched, innermost first; null is the match's end. */
export interface Rest {
  readonly node: Node;
  readonly next: Rest | null;
}

/** Paths looked at before the answer is the one that costs speed alone. */
const PATH_LIMIT = 2000;

/**
 * Whether a run over `set` may take all it can and never give a byte back without changing the result:
 * after a shorter run, with another byte of the set ahead, what follows must fail at once. Or, for a
 * greedy run, be satisfied without a byte, for then the longest run wins anyway.
 * @param least bytes the run takes at least: from one on, the byte behind a shorter run is of the set too
 */
export function isPossessive(set: ByteSet, least: number, greedy: boolean, rest: Rest | null): boolean {
  const walk = new FollowWalk(set, least > 0);
  walk.go(rest, false);
  if (walk.takes || walk.paths > PATH_LIMIT || walk.acceptsPerhaps) return false;
  return greedy || !walk.accepts;
}

/**
 * The bytes that may end a lazy run over `set`: with any other of the set ahead, what follows the run fails at once.
 * All of the set where what follows may be satisfied without a byte.
 */
export function stopBytes(set: ByteSet, rest: Rest | null): ByteSet {
  const stops = emptySet();
  const walk = new FollowWalk(set, false, stops);
  walk.go(rest, false);
  return walk.paths > PATH_LIMIT || walk.accepts || walk.acceptsPerhaps ? set : stops;
}

class FollowWalk {
  /** A path takes a byte of the set; not told when all of them are asked for. */
  takes = false;
  /** A path ends the match without a byte; `Perhaps`: an assertion stands in its way. */
  accepts = false;
  acceptsPerhaps = false;
  paths = 0;
  readonly #set: ByteSet;
  readonly #previousInSet: boolean;
  /** Whether all of the set's bytes are of words, or none is; few walks ask. */
  #oneSided: boolean | null = null;
  /** Filled with the first bytes of every path; null: one that is in the set is enough. */
  readonly #all: ByteSet | null;

  constructor(set: ByteSet, previousInSet: boolean, all: ByteSet | null = null) {
    this.#set = set;
    this.#all = all;
    this.#previousInSet = previousInSet;
  }

  go(rest: Rest | null, asserted: boolean): void {
    if (++this.paths > PATH_LIMIT || this.takes) return;
    if (rest === null) {
      if (asserted) this.acceptsPerhaps = true;
      else this.accepts = true;
      return;
    }
    const { node, next } = rest;
    switch (node.kind) {
      case 'empty':
        this.go(next, asserted);
        return;
      case 'set':
        if (this.#all !== null) addAll(this.#all, node.set);
        else if (intersects(node.set, this.#set)) this.takes = true;
        return;
      case 'concat':
        this.go(
          node.items.reduceRight<Rest | null>((tail, item) => ({ node: item, next: tail }), next),
          asserted,
        );
        return;
      case 'alternate':
        for (const item of node.items) this.go({ node: item, next }, asserted);
        return;
      case 'repeat':
        if (node.min === 0) this.go(next, asserted);
        // A second round begins like the first, so one round and then the rest shows all first bytes.
        if (node.max > 0) this.go({ node: node.item, next }, asserted);
        return;
      case 'secret':
        this.go({ node: node.item, next }, asserted);
        return;
      case 'assert':
        if (this.#failsInside(node.what)) return;
        // It holds ahead of one byte only, whatever follows.
        if (this.#all !== null && node.what === 'line-end') this.#all[10] = 1;
        else this.go(next, true);
    }
  }

  /** With a byte of the set behind (perhaps) and ahead, does the assertion fail for certain? */
  #failsInside(what: (Node & { kind: 'assert' })['what']): boolean {
    const holdsLf = this.#set[10] === 1;
    switch (what) {
      case 'word':
        this.#oneSided ??= isOneSided(this.#set);
        return this.#previousInSet && this.#oneSided;
      case 'text-end':
        return true;
      case 'line-end':
        return !holdsLf;
      case 'text-start':
        return this.#previousInSet;
      case 'line-start':
        return this.#previousInSet && !holdsLf;
      case 'not-word':
        return false;
    }
  }
}

function isOneSided(set: ByteSet): boolean {
  const outside = set.some((cell, byte) => cell === 1 && WORD[byte] === 0);
  return intersects(set, WORD) !== outside;
}
