import type { Node } from './ast.ts';
import { type ByteSet, SetRegister } from './byte-set.ts';

/** Copies of a repeated byte class, or of anything else, that must stand there; further ones are not counted. */
const SET_COPIES = 64;
const GROUP_COPIES = 4;
/** Copies that may stand there; where there may be more, there may be any number. */
const OPTIONAL_COPIES = 3;
/** A pattern with more places than this has no automaton. */
const MAX_PLACES = 4000;

/** Where every match ends. */
export const ACCEPT = 0;

/** What a place reads besides the number of a class: nothing, for it only leads on to others. */
export const JOINT = -1;

/**
 * A pattern's language, made larger where that makes it smaller to run: assertions always hold, and a
 * repetition has no upper bound once it has been copied often enough. Every match of the pattern is in it.
 */
export interface Nfa {
  /** For each place the class it reads (an index of `sets`), or JOINT. */
  readonly reads: readonly number[];
  /** For each place the places behind it. */
  readonly follows: readonly (readonly number[])[];
  readonly start: number;
  readonly sets: readonly ByteSet[];
  /** The places of each pattern: `[bounds[n], bounds[n + 1])`. */
  readonly bounds: readonly number[];
  /** For each place whether it reads a byte of the secret. */
  readonly ofSecret: readonly boolean[];
}

/**
 * One for all of `roots`: a match of any is in it.
 * @returns null when they have too many places
 */
export function buildNfa(roots: readonly Node[]): Nfa | null {
  const builder = new Builder();
  const bounds = [builder.reads.length];
  const starts = roots.map((root) => {
    const start = builder.enter(root, ACCEPT);
    bounds.push(builder.reads.length);
    return start;
  });
  const start = builder.place(JOINT, starts);
  const { reads, follows, sets, ofSecret } = builder;
  return builder.full ? null : { reads, follows, start, sets, bounds, ofSecret };
}

/** For each place whether it is passed ahead of the secret. */
export function aheadOfSecret({ follows, ofSecret }: Nfa): boolean[] {
  const before: number[][] = follows.map(() => []);
  follows.forEach((next, place) => {
    for (const one of next) before[one]!.push(place);
  });
  const ahead = follows.map(() => false);
  const open = [...follows.keys()].filter((place) => ofSecret[place]);
  for (let place = open.pop(); place !== undefined; place = open.pop())
    for (const one of before[place]!) {
      if (ahead[one] || ofSecret[one]) continue;
      ahead[one] = true;
      open.push(one);
    }
  return ahead;
}

/** Follows joints; one for many walks, so that none allocates a set. */
export class JointWalk {
  readonly #nfa: Nfa;
  /** For each place the walk in which it was met last. */
  readonly #met: Uint32Array;
  #round = 0;

  constructor(nfa: Nfa) {
    this.#nfa = nfa;
    this.#met = new Uint32Array(nfa.reads.length);
  }

  /** Places that read or accept, reached from these through joints, in ascending order. */
  from(places: readonly number[]): number[] {
    const { reads, follows } = this.#nfa;
    const round = ++this.#round;
    const reached: number[] = [];
    const open = [...places];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      if (this.#met[place] === round) continue;
      this.#met[place] = round;
      if (place === ACCEPT || reads[place] !== JOINT) reached.push(place);
      else for (const next of follows[place]!) open.push(next);
    }
    return reached.sort((a, b) => a - b);
  }
}

/** Builds from the end: what comes behind a node is known before the node. */
class Builder {
  readonly reads: number[] = [JOINT];
  readonly follows: number[][] = [[]];
  readonly ofSecret: boolean[] = [false];
  #inSecret = false;
  readonly #register = new SetRegister();

  get sets(): readonly ByteSet[] {
    return this.#register.sets;
  }

  get full(): boolean {
    return this.reads.length > MAX_PLACES;
  }

  /** The place at which `node` begins; `after` comes behind it. */
  enter(node: Node, after: number): number {
    if (this.full) return after;
    switch (node.kind) {
      case 'empty':
      case 'assert':
        return after;
      case 'set':
        return this.place(this.#register.numberOf(node.set), [after]);
      case 'secret':
        return this.#secret(node.item, after);
      case 'concat':
        return node.items.reduceRight((next, item) => this.enter(item, next), after);
      case 'alternate':
        return this.place(
          JOINT,
          node.items.map((item) => this.enter(item, after)),
        );
      case 'repeat':
        return this.#repeat(node, after);
    }
  }

  #secret(item: Node, after: number): number {
    this.#inSecret = true;
    const start = this.enter(item, after);
    this.#inSecret = false;
    return start;
  }

  #repeat({ item, min, max }: Node & { kind: 'repeat' }, after: number): number {
    const copies = item.kind === 'set' ? SET_COPIES : GROUP_COPIES;
    let next = after;
    // Copies that are not counted may be any number, or the language would be smaller.
    if (min > copies || max - min > OPTIONAL_COPIES) {
      next = this.place(JOINT, [after]);
      this.follows[next]!.push(this.enter(item, next));
    } else for (let copy = min; copy < max; copy++) next = this.place(JOINT, [this.enter(item, next), after]);
    for (let copy = Math.min(min, copies); copy > 0; copy--) next = this.enter(item, next);
    return next;
  }

  place(reads: number, follows: number[]): number {
    this.follows.push(follows);
    this.ofSecret.push(this.#inSecret);
    return this.reads.push(reads) - 1;
  }
}
