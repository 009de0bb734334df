import { classesOf } from './byte-set.ts';
import { type Literal, placesBehind } from './followers.ts';
import { ACCEPT, JointWalk, type Nfa } from './nfa.ts';
import { STRIDE, Track } from './track.ts';

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
  /** While it stays the same the bytes do, and what was read once may be known; 0: nothing is kept. */
  text: number;
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
/** No row: a match may have ended. */
const PASSED = -2;
/** In a cell of the table: the state is accepting. The rest of it is the state's row. */
const ACCEPTING = 1 << 30;

/** Rows of `#table` are states, columns are classes of bytes that no class of the pattern tells apart. */
export class Dfa {
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
  /** Made for the first walk that is long. */
  #track: Track | null = null;
  /** Rows of a match's start, for one and for every byte at which it may stand; UNKNOWN until needed. */
  #anchored = UNKNOWN;
  #search = UNKNOWN;

  constructor(nfa: Nfa) {
    this.#nfa = nfa;
    this.#joints = new JointWalk(nfa);
    const { classOf, samples } = classesOf(nfa.sets);
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
  walk(bytes: Uint8Array, from: number, start: number, minEnd: number, stop: Stop): boolean {
    const { limit, line, open, text } = stop;
    // Nearly every walk is over by the second multiple of STRIDE. One that need not end with the bytes keeps to notes
    // behind `minEnd`, where whatever is accepted counts.
    const first = minEnd < limit ? Math.max(start, minEnd) : start;
    const near = text === 0 ? limit : Math.min(limit, (first + 2 * STRIDE - 1) & -STRIDE);
    let row = this.#read(bytes, from, start, near, minEnd, line ? LF : -1);
    if (near < limit && row !== PASSED && row !== DEAD) row = this.#walkOn(bytes, row, near, minEnd, stop);
    return row === PASSED || (row !== DEAD && open);
  }

  /**
   * Goes on from a multiple of STRIDE, and where other walks over the same bytes have been, with them.
   * @returns the row at the limit, or PASSED or DEAD
   */
  #walkOn(bytes: Uint8Array, from: number, start: number, minEnd: number, stop: Stop): number {
    const { limit, text, line } = stop;
    this.#track ??= new Track();
    const track = this.#track;
    // What ends with the bytes alone is another matter: a match that is accepted on the way ends no such walk.
    const walks = minEnd < limit ? text : -text;
    let row = from;
    for (let at = start; ; ) {
      const known = track.note(walks, at, row, at === start, limit - 1);
      const isNew = known === at;
      if (!isNew) row = track.rowAt(known);
      const next = Math.min(limit, known + STRIDE);
      row = this.#read(bytes, row, known, next, minEnd, line ? LF : -1);
      if (row === PASSED || row === DEAD || next === limit) {
        if (isNew) track.cut(at);
        return row;
      }
      at = next;
    }
  }

  /** Reads `[start, end)`; the row there, or PASSED or DEAD. */
  #read(bytes: Uint8Array, from: number, start: number, end: number, minEnd: number, lf: number): number {
    const classOf = this.#classOf;
    let table = this.#table;
    let row = from;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === lf) return DEAD;
      let next = table[row + classOf[byte]!]!;
      if (next === UNKNOWN) {
        next = this.#enter(row, classOf[byte]!);
        if (this.full) return PASSED;
        table = this.#table;
      }
      if (next >= ACCEPTING) {
        if (at + 1 >= minEnd) return PASSED;
        next &= ~ACCEPTING;
      }
      if (next === DEAD) return DEAD;
      row = next;
    }
    return row;
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
