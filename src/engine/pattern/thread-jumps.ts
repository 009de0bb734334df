import * as op from './program.ts';

/** Words of an instruction with its operands. */
const SIZE: Record<number, number> = {
  [op.OP_BYTE]: 2,
  [op.OP_SET]: 2,
  [op.OP_SPLIT]: 4,
  [op.OP_JUMP]: 2,
  [op.OP_RUN]: 5,
  [op.OP_RUN_BACK]: 5,
  [op.OP_OPEN]: 1,
  [op.OP_CLOSE]: 1,
  [op.OP_ASSERT]: 2,
  [op.OP_MARK]: 2,
  [op.OP_MATCH]: 1,
  [op.OP_PEEK]: 3,
  [op.OP_CHOOSE]: 2,
};

/** Where in an instruction its targets stand. */
const TARGETS: Record<number, readonly number[]> = {
  [op.OP_SPLIT]: [2, 3],
  [op.OP_JUMP]: [1],
  [op.OP_PEEK]: [2],
};

/**
 * Lets every target be where the path comes to do something: the ends of choices within choices are jumps from mark to
 * mark, of which the last remembers what all would. Changes `code` and `targets` in place, and no result.
 */
export function threadJumps(code: number[], targets: number[]): void {
  for (let at = 0; at < code.length; at += SIZE[code[at]!]!)
    for (const place of TARGETS[code[at]!] ?? []) code[at + place] = landing(code, code[at + place]!);
  for (let cell = 0; cell < targets.length; cell++)
    if (targets[cell] !== op.NOWHERE) targets[cell] = landing(code, targets[cell]!);
}

/** Ends: every loop of a program holds a split. */
function landing(code: readonly number[], target: number): number {
  let at = target;
  for (;;) {
    if (code[at] === op.OP_JUMP) at = code[at + 1]!;
    else if (code[at] === op.OP_MARK && (code[at + 2] === op.OP_JUMP || code[at + 2] === op.OP_MARK)) at += 2;
    else return at;
  }
}
