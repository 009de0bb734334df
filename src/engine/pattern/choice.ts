import { type ByteSet, classesOf } from './byte-set.ts';

/** With so many branches the next byte chooses among them: a choice takes a kilobyte. With fewer each is looked at. */
const CHOSEN_FROM = 4;

/** Words of code that a branch takes where each is looked at and split off, and those of a chain that a choice leads to. */
const LOOK_WORDS = 7;
const SPLIT_WORDS = 4;
const JUMP_WORDS = 2;

/** The different sets of branches that a byte may lead to, and which of them it is for each byte, and for none at last. */
export interface Choice {
  readonly branches: readonly (readonly number[])[];
  readonly cells: readonly number[];
}

/**
 * @param first the bytes that each branch may begin with; null: any, or none
 * @returns null where each branch is looked at: they are few, or chains of them would take more code than looks
 */
export function choiceOf(first: readonly (ByteSet | null)[]): Choice | null {
  if (first.length < CHOSEN_FROM) return null;
  const { classOf, samples } = classesOf(first.filter((set) => set !== null));
  const all = [...first.keys()];
  const branches = samples.map((byte) => all.filter((at) => first[at]?.[byte] !== 0));
  const whole = branches.findIndex(({ length }) => length === all.length);
  const last = whole === -1 ? branches.push(all) - 1 : whole;
  if (chainWords(branches) > LOOK_WORDS * (first.length - 1)) return null;
  return { branches, cells: [...classOf, last] };
}

/** Words of code that the chains take; patterns that compile are held to a number of them. */
function chainWords(branches: readonly (readonly number[])[]): number {
  return branches
    .filter(({ length }) => length > 1)
    .reduce((words, { length }) => words + SPLIT_WORDS * (length - 1) + JUMP_WORDS, 0);
}
