import type { ByteSet } from './byte-set.ts';
import { CHOICE_CELLS } from './program.ts';

/** With so many branches the next byte chooses among them: a choice takes a kilobyte. With fewer each is looked at. */
const CHOSEN_FROM = 4;

/** Words of code that a branch takes where each is looked at and split off, and those of a chain that a choice leads to. */
const LOOK_WORDS = 7;
const SPLIT_WORDS = 4;
const JUMP_WORDS = 2;

/**
 * For each byte that may come next, and for none at last, the branches that may go on with it.
 * @param first the bytes that each branch may begin with; null: any, or none
 * @returns null where each branch is looked at: they are few, or chains of them would take more code than looks
 */
export function choiceOf(first: readonly (ByteSet | null)[]): number[][] | null {
  if (first.length < CHOSEN_FROM) return null;
  const open = Array.from({ length: CHOICE_CELLS }, (_, byte) =>
    [...first.keys()].filter((at) => byte === 256 || first[at] === null || first[at]![byte] === 1),
  );
  return chainWords(open) <= LOOK_WORDS * (first.length - 1) ? open : null;
}

/** Words of code that the chains take; patterns that compile are held to a number of them. */
function chainWords(open: readonly (readonly number[])[]): number {
  const lengths = new Map(open.map((branches) => [branches.join(), branches.length]));
  return [...lengths.values()]
    .filter((length) => length > 1)
    .reduce((words, length) => words + SPLIT_WORDS * (length - 1) + JUMP_WORDS, 0);
}
