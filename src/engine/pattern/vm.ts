import { WORD } from './byte-set.ts';
import * as op from './program.ts';

/** What a run looks at and what it says; one object is reused for every run. */
export interface Search {
  /** The bytes that may be read. `^` and `\A` match at `from`, `$` and `\z` at `to`. */
  from: number;
  to: number;
  /** More bytes follow `to` and are not here yet. */
  more: boolean;
  /** While it stays the same the bytes do, and what was read once may be known; 0: nothing is kept. */
  text: number;
  /** The match begins in `[startLow, startHigh]` and ends at `minEnd` or behind it. */
  startLow: number;
  startHigh: number;
  minEnd: number;
  /** MATCHED: the match, and the group `secret` in it, or -1 where the group took no part. */
  start: number;
  end: number;
  secretStart: number;
  secretEnd: number;
  /**
   * OPEN: no byte before this one can belong to the secret; at most `to`. In a slow run it may be smaller
   * than it need be, and smaller than a run over fewer bytes has said.
   */
  holdFrom: number;
  /** What stands at or behind it had no say. */
  readTo: number;
  /** Bytes and instructions looked at; added to. */
  steps: number;
  /** Marks from the first step on; tests set it, the result is the same. */
  marksAtOnce: boolean;
}

export const FAILED = 0;
export const MATCHED = 1;
/** What follows `to` decides. */
export const OPEN = 2;

export function newSearch(): Search {
  return {
    from: 0,
    to: 0,
    more: false,
    text: 0,
    startLow: 0,
    startHigh: 0,
    minEnd: 0,
    start: -1,
    end: -1,
    secretStart: -1,
    secretEnd: -1,
    holdFrom: 0,
    readTo: 0,
    steps: 0,
    marksAtOnce: false,
  };
}

/** Words of a job on the stack: program counter, position, lowest position or -1, secret's start and end. */
const JOB = 5;
/** Steps before the marks are switched on: clearing them costs more than most runs take. */
const FREE_STEPS = 512;
const FREE_STEPS_PER_BYTE = 4;
/** Bytes of a run that is worth a note. */
const LONG_RUN = 64;

// Shared by every run, for none can run inside another; grown and never shrunk, so a run allocates nothing
// once the largest window has been seen. Bounds: 64 KiB windows times the marks of the largest program.
let stack = new Int32Array(JOB * 1024);
let visited = new Uint32Array(4096);
let runEnds = new Int32Array(4096);

// The state of the run under way.
let code: Int32Array;
let tables: Uint8Array;
let targets: Int32Array;
let bytes: Uint8Array;
let from = 0;
let to = 0;
let more = false;
let text = 0;
let seenRuns: op.SeenRuns;
let minEnd = 0;
let touched = false;
let hold = 0;
/** The last place that a path has come to, and looked at. */
let furthest = 0;
let steps = 0;
let stepLimit = 0;
let slow = false;
let stride = 0;
let markCount = 0;
let runCount = 0;

/**
 * Leftmost match, first alternative first, as RE2 and Perl choose it. Linear in window times program for
 * every input: past a small budget each branch is tried once per position.
 */
export function runPattern(program: op.Program, haystack: Uint8Array, search: Search): number {
  code = program.code;
  tables = program.tables;
  targets = program.targets;
  bytes = haystack;
  from = search.from;
  to = search.to;
  more = search.more;
  text = search.text;
  seenRuns = program.seen;
  minEnd = search.minEnd;
  touched = false;
  hold = to;
  furthest = Math.min(search.startHigh, to);
  steps = 0;
  stride = to - from + 1;
  stepLimit = search.marksAtOnce ? 0 : FREE_STEPS + FREE_STEPS_PER_BYTE * stride;
  slow = false;
  markCount = program.marks;
  runCount = program.runs;
  const outcome = seek(program.first, search);
  search.steps += steps;
  search.holdFrom = hold;
  search.readTo = furthest + 1;
  return outcome;
}

function seek(first: Uint8Array | null, search: Search): number {
  const last = Math.min(search.startHigh, to);
  for (let start = search.startLow; start <= last; start++) {
    if (first !== null) {
      if (start === to) {
        touched ||= more;
        break;
      }
      if (first[bytes[start]!] === 0) continue;
    }
    if (attempt(start, search)) return touched ? OPEN : MATCHED;
  }
  return touched ? OPEN : FAILED;
}

/** A path has met the data's end: what it would have become is open. */
function touch(secretStart: number): void {
  if (!more) return;
  touched = true;
  if (secretStart >= 0 && secretStart < hold) hold = secretStart;
}

/** True when this branch was tried at this position before. */
function seen(mark: number, pos: number, secretStart: number): boolean {
  const bit = mark * stride + pos - from;
  const mask = 1 << (bit & 31);
  if ((visited[bit >>> 5]! & mask) === 0) {
    visited[bit >>> 5]! |= mask;
    return false;
  }
  // The earlier path may have met the end with a later secret than this one's.
  if (touched && secretStart >= 0 && secretStart < hold) hold = secretStart;
  return true;
}

function slowDown(): void {
  slow = true;
  const words = ((markCount * stride) >>> 5) + 1;
  if (visited.length < words) visited = new Uint32Array(2 * words);
  else visited.fill(0, 0, words);
  const ends = runCount * stride;
  if (runEnds.length < ends) runEnds = new Int32Array(2 * ends);
  else runEnds.fill(0, 0, ends);
}

/** End of the run of the set's bytes at `pos`, at most `limit`; in a slow run each byte is looked at once per run. */
function runEnd(at: number, pos: number, limit: number): number {
  const table = code[at + 1]!;
  const run = code[at + 4]!;
  if (!slow) {
    const known = text === 0 ? pos : seenEnd(run, pos, limit);
    let end = known;
    while (end < limit && tables[table + bytes[end]!] === 1) end++;
    steps += end - known;
    if (end - pos >= LONG_RUN && text !== 0) noteRun(run, pos, known, end);
    return end;
  }
  const row = run * stride - from;
  let end = pos;
  while (end < to && runEnds[row + end] === 0 && tables[table + bytes[end]!] === 1) end++;
  const met = end < to && runEnds[row + end]! > 0 ? runEnds[row + end]! - 1 : end;
  runEnds.fill(met + 1, row + pos, row + end);
  steps += end - pos;
  return Math.min(met, limit);
}

/** How far the run that `pos` stands in was seen to go, `limit` at most; `pos` if that is unknown. */
function seenEnd(run: number, pos: number, limit: number): number {
  if (seenRuns.text[run] !== text || pos < seenRuns.from[run]! || pos >= seenRuns.to[run]!) return pos;
  return Math.min(limit, seenRuns.to[run]!);
}

/** Notes that a run holds `[pos, end)`, of which it was known as far as `known`. */
function noteRun(run: number, pos: number, known: number, end: number): void {
  if (known === pos) {
    seenRuns.text[run] = text;
    seenRuns.from[run] = pos;
    seenRuns.to[run] = end;
  } else if (end > seenRuns.to[run]!) seenRuns.to[run] = end;
}

function pushJob(depth: number, pc: number, pos: number, low: number): void {
  if (depth + JOB > stack.length) {
    const larger = new Int32Array(2 * stack.length);
    larger.set(stack);
    stack = larger;
  }
  stack[depth] = pc;
  stack[depth + 1] = pos;
  stack[depth + 2] = low;
}

/** Tries a match that begins at `start`. True: `search` holds it. */
function attempt(start: number, search: Search): boolean {
  let depth = 0;
  let pc = 0;
  let pos = start;
  let secretStart = -1;
  let secretEnd = -1;
  // Kept at hand: what a module holds is read and checked anew at each use.
  const words = code;
  const sets = tables;
  const exits = targets;
  const haystack = bytes;
  const stop = to;
  let left = stepLimit - steps;
  for (;;) {
    if (--left < 0 && !slow) slowDown();
    let alive = false;
    switch (words[pc]) {
      case op.OP_BYTE:
        if (pos === stop) touch(secretStart);
        else if (haystack[pos] === words[pc + 1]) {
          pos++;
          pc += 2;
          alive = true;
        }
        break;
      case op.OP_SET:
        if (pos === stop) touch(secretStart);
        else if (sets[words[pc + 1]! + haystack[pos]!] === 1) {
          pos++;
          pc += 2;
          alive = true;
        }
        break;
      case op.OP_PEEK:
        pc = pos < stop && sets[words[pc + 1]! + haystack[pos]!] === 0 ? words[pc + 2]! : pc + 3;
        alive = true;
        break;
      case op.OP_CHOOSE:
        pc = exits[words[pc + 1]! + (pos === stop ? 256 : haystack[pos]!)]!;
        alive = pc !== op.NOWHERE;
        break;
      case op.OP_SPLIT:
        if (slow && seen(words[pc + 1]!, pos, secretStart)) break;
        pushJob(depth, words[pc + 3]!, pos, -1);
        stack[depth + 3] = secretStart;
        stack[depth + 4] = secretEnd;
        depth += JOB;
        pc = words[pc + 2]!;
        alive = true;
        break;
      case op.OP_JUMP:
        pc = words[pc + 1]!;
        alive = true;
        break;
      case op.OP_RUN:
      case op.OP_RUN_BACK: {
        const least = pos + words[pc + 2]!;
        const most = words[pc + 3]! > stop - pos ? stop + 1 : pos + words[pc + 3]!;
        const before = steps;
        const end = runEnd(pc, pos, Math.min(most, stop));
        left -= steps - before;
        if (end === stop && most > stop) {
          touch(secretStart);
          if (more && words[pc] === op.OP_RUN) break;
        }
        if (end < least) {
          if (end > furthest) furthest = end;
          break;
        }
        if (words[pc] === op.OP_RUN_BACK && end > least) {
          pushJob(depth, pc + 5, end - 1, least);
          stack[depth + 3] = secretStart;
          stack[depth + 4] = secretEnd;
          depth += JOB;
        }
        pos = end;
        pc += 5;
        alive = true;
        break;
      }
      case op.OP_OPEN:
        secretStart = pos;
        secretEnd = -1;
        pc++;
        alive = true;
        break;
      case op.OP_CLOSE:
        secretEnd = pos;
        pc++;
        alive = true;
        break;
      case op.OP_ASSERT:
        alive = holds(words[pc + 1]!, pos, secretStart);
        pc += 2;
        break;
      case op.OP_MARK:
        if (slow && seen(words[pc + 1]!, pos, secretStart)) break;
        pc += 2;
        alive = true;
        break;
      default:
        if (pos < minEnd) break;
        if (touched && secretStart >= 0 && secretStart < hold) hold = secretStart;
        if (pos > furthest) furthest = pos;
        search.start = start;
        search.end = pos;
        search.secretStart = secretEnd < 0 ? -1 : secretStart;
        search.secretEnd = secretEnd;
        steps = stepLimit - left;
        return true;
    }
    if (alive) continue;
    if (pos > furthest) furthest = pos;
    if (depth === 0) {
      steps = stepLimit - left;
      return false;
    }
    const job = depth - JOB;
    pc = stack[job]!;
    pos = stack[job + 1]!;
    secretStart = stack[job + 3]!;
    secretEnd = stack[job + 4]!;
    // A run's job stays, one byte shorter, until it has reached its least.
    if (stack[job + 2]! >= 0 && pos > stack[job + 2]!) stack[job + 1] = pos - 1;
    else depth = job;
  }
}

function holds(assertion: number, pos: number, secretStart: number): boolean {
  switch (assertion) {
    case op.ASSERT_TEXT_START:
      return pos === from;
    case op.ASSERT_LINE_START:
      return pos === from || bytes[pos - 1] === 10;
    case op.ASSERT_TEXT_END:
    case op.ASSERT_LINE_END:
      if (pos < to) return assertion === op.ASSERT_LINE_END && bytes[pos] === 10;
      touch(secretStart);
      return !more;
  }
  if (pos === to && more) {
    touch(secretStart);
    return false;
  }
  const before = pos > from ? WORD[bytes[pos - 1]!]! : 0;
  const after = pos < to ? WORD[bytes[pos]!]! : 0;
  return (before !== after) === (assertion === op.ASSERT_WORD);
}
