import type { Node } from './ast.ts';
import { type Literal, placesBehind } from './followers.ts';
import { ACCEPT, buildNfa, JointWalk, type Nfa } from './nfa.ts';

/** Where a sieve looks; one object is reused for every look. */
export interface Look extends Stop {
  /** The match begins in `[startLow, startHigh]` and ends at `minEnd` or behind it. */
  startLow: number;
  startHigh: number;
  minEnd: number;
}

/** Where a look ends. */
export interface Stop {
  /** Nothing is read from here on. */
  limit: number;
  /** The haystack goes on at `limit` and the bytes are not here yet. */
  open: boolean;
  /** A match stays within a line. */
  line: boolean;
}

const LF = 10;
/** Room for so many at first: most sieves never need more, and 2,000 of them should stay in the caches. */
const FIRST_STATES = 8;
/** States per sieve: 4,000 of 40 classes are 640 KB. A sieve that needs more lets everything through. */
const MAX_STATES = 4000;

/** Of `Sieve.behind`: whatever follows, there may be a match. */
export const ANY = -1;

const DEAD = 0;
const UNKNOWN = -1;
/** In a cell of the table: the state is accepting. The rest of it is the state's row. */
const ACCEPTING = 1 << 30;

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

/** Rows of `#table` are states, columns are classes of bytes that no class of the pattern tells apart. */
class Dfa {
  /** No more states: what `run` said last is "passes". */
  full = false;
  readonly #nfa: Nfa;
  readonly #classOf: Uint8Array;
  /** A byte of each class. */
  readonly #samples: readonly number[];
  readonly #width: number;
  #table: Int32Array;
  /** Places of each state, sorted; joints resolved. */
  readonly #places: (readonly number[])[] = [[]];
  /** Another match may begin at every byte. */
  readonly #searching: boolean[] = [false];
  /** For each searching state the row of the same places without the search; UNKNOWN until needed. */
  readonly #settled: number[] = [DEAD];
  readonly #rows = new Map<string, number>();
  readonly #joints: JointWalk;
  /** Rows of a match's start, for one and for every byte at which it may stand; UNKNOWN until needed. */
  #anchored = UNKNOWN;
  #search = UNKNOWN;

  constructor(nfa: Nfa) {
    this.#nfa = nfa;
    this.#joints = new JointWalk(nfa);
    const { classOf, samples } = classesOf(nfa);
    this.#classOf = classOf;
    this.#samples = samples;
    this.#width = samples.length;
    this.#table = new Int32Array(this.#width * FIRST_STATES).fill(UNKNOWN);
    this.#table.fill(DEAD, 0, this.#width);
  }

  run(bytes: Uint8Array, look: Look): boolean {
    const { startLow, startHigh, minEnd } = look;
    if (this.#search === UNKNOWN) this.#begin();
    const row = startLow < startHigh ? this.#seek(bytes, look) : this.#anchored;
    return row === UNKNOWN || this.walk(bytes, row, startHigh, minEnd, look);
  }

  #begin(): void {
    const first = this.#joints.from([this.#nfa.start]);
    this.#anchored = this.#row(first, false) & ~ACCEPTING;
    this.#search = this.#row(first, true) & ~ACCEPTING;
  }

  /** The row behind a literal; ANY when a match may end there, or none holds it. */
  behind(literal: Literal): number {
    const places = placesBehind(this.#nfa, this.#joints, literal);
    return places.length === 0 || places[0] === ACCEPT ? ANY : this.#row(places, false);
  }

  /** Reads on from a row until a match may have ended at `minEnd` or behind it, or none can. */
  walk(bytes: Uint8Array, from: number, start: number, minEnd: number, { limit, line, open }: Stop): boolean {
    const lf = line ? LF : -1;
    let row = from;
    let at = start;
    const classOf = this.#classOf;
    let table = this.#table;
    for (; at < limit; at++) {
      const byte = bytes[at]!;
      if (byte === lf) return false;
      let next = table[row + classOf[byte]!]!;
      if (next === UNKNOWN) {
        next = this.#enter(row, classOf[byte]!);
        if (this.full) return true;
        table = this.#table;
      }
      if (next >= ACCEPTING) {
        if (at + 1 >= minEnd) return true;
        next &= ~ACCEPTING;
      }
      if (next === DEAD) return false;
      row = next;
    }
    return open;
  }

  /** Reads up to `startHigh` while a match may begin at any byte; the row there, UNKNOWN when full. */
  #seek(bytes: Uint8Array, look: Look): number {
    const classOf = this.#classOf;
    let row = this.#search;
    for (let at = look.startLow; at < look.startHigh; at++) {
      const byte = bytes[at]!;
      if (byte === LF && look.line) {
        row = this.#search;
        continue;
      }
      let next = this.#table[row + classOf[byte]!]!;
      if (next === UNKNOWN) next = this.#enter(row, classOf[byte]!);
      if (this.full) return UNKNOWN;
      row = next & ~ACCEPTING;
    }
    const state = row / this.#width;
    if (this.#settled[state] === UNKNOWN) {
      this.#settled[state] = this.#row(this.#places[state]!, false) & ~ACCEPTING;
    }
    return this.full ? UNKNOWN : this.#settled[state]!;
  }

  /** Builds what follows a state behind a byte of the class. */
  #enter(row: number, column: number): number {
    const { reads, follows, sets, start } = this.#nfa;
    const state = row / this.#width;
    const byte = this.#samples[column]!;
    const next: number[] = this.#searching[state] ? [start] : [];
    for (const place of this.#places[state]!) {
      if (place !== ACCEPT && sets[reads[place]!]![byte] === 1)
        for (const one of follows[place]!) next.push(one);
    }
    const cell = this.#row(this.#joints.from(next), this.#searching[state]!);
    this.#table[row + column] = cell;
    return cell;
  }

  /** The row of a state, with ACCEPTING; a new one if it was not met before. */
  #row(places: readonly number[], searching: boolean): number {
    if (places.length === 0 && !searching) return DEAD;
    const key = `${searching ? '*' : ''}${places.join()}`;
    const accepting = places[0] === ACCEPT ? ACCEPTING : 0;
    const known = this.#rows.get(key);
    if (known !== undefined) return known | accepting;
    const state = this.#places.push(places) - 1;
    this.#searching.push(searching);
    this.#settled.push(searching ? UNKNOWN : DEAD);
    if (state === MAX_STATES) this.full = true;
    const row = state * this.#width;
    if (row + this.#width > this.#table.length) this.#grow();
    this.#rows.set(key, row);
    return row | accepting;
  }

  #grow(): void {
    const larger = new Int32Array(2 * this.#table.length).fill(UNKNOWN);
    larger.set(this.#table);
    this.#table = larger;
  }
}

/** Bytes that the same sets hold are of one class. */
function classesOf({ sets }: Nfa): { classOf: Uint8Array; samples: number[] } {
  const classOf = new Uint8Array(256);
  let count = 1;
  for (const set of sets) {
    // Each class is parted into what the set holds of it and what it does not.
    const parts = new Int16Array(2 * count).fill(-1);
    count = 0;
    for (let byte = 0; byte < 256; byte++) {
      const part = 2 * classOf[byte]! + set[byte]!;
      if (parts[part] === -1) parts[part] = count++;
      classOf[byte] = parts[part]!;
    }
  }
  const samples: number[] = [];
  for (let byte = 0; byte < 256; byte++)
    if (samples[classOf[byte]!] === undefined) samples[classOf[byte]!] = byte;
  return { classOf, samples };
}
