/** A compiled pattern, shared by every run; only `seen` ever changes. */
export interface Program {
  /** Instructions and their operands, see the OP_ constants. */
  readonly code: Int32Array;
  /** Class sets, 256 cells each; an operand is the set's offset. */
  readonly tables: Uint8Array;
  /** Targets of choices, 257 each: one for each byte that may come next, and one for none. */
  readonly targets: Int32Array;
  /** The bytes a match can begin with; null when it can begin anywhere. */
  readonly first: Uint8Array | null;
  /** Instructions that remember where they have been (branches and joins). */
  readonly marks: number;
  /** Runs that remember where they end. */
  readonly runs: number;
  readonly seen: SeenRuns;
  /** Bytes of the shortest and the longest match. */
  readonly minLength: number;
  readonly maxLength: number;
}

/**
 * For each run of a program the last long stretch that holds its bytes alone: where keywords are many, every match reads
 * what the one before has read.
 */
export interface SeenRuns {
  /** Number of the text it was seen in, 0 for none, and its bounds there. */
  readonly text: Float64Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
}

/** `byte`: one given byte. */
export const OP_BYTE = 0;
/** `table`: one byte of a set. */
export const OP_SET = 1;
/** `mark first second`: tries `first`, then `second`. */
export const OP_SPLIT = 2;
/** `target`. */
export const OP_JUMP = 3;
/** `table min max run`: as many as there are, and never fewer again. */
export const OP_RUN = 4;
/** `table min max run`: as many as there are, then one fewer at a time. */
export const OP_RUN_BACK = 5;
/** The group `secret` opens or closes here. */
export const OP_OPEN = 6;
export const OP_CLOSE = 7;
/** `assertion`, see the ASSERT_ constants. */
export const OP_ASSERT = 8;
/** `mark`: fails where it has been before. */
export const OP_MARK = 9;
export const OP_MATCH = 10;
/** `table target`: goes to the target when the next byte is not in the set; saves a branch that fails at once. */
export const OP_PEEK = 11;
/** `choice`: goes where the next byte leads, as `Program.targets` has it from there on. */
export const OP_CHOOSE = 12;

/** A target: nothing begins with that byte. */
export const NOWHERE = -1;

export const ASSERT_TEXT_START = 0;
export const ASSERT_TEXT_END = 1;
export const ASSERT_LINE_START = 2;
export const ASSERT_LINE_END = 3;
export const ASSERT_WORD = 4;
export const ASSERT_NOT_WORD = 5;

/** Stands for "without end" in the `max` of a run. */
export const UNBOUNDED = 0x7fffffff;
