import type { Variant } from './variant.ts';

/** The value itself; `spell` has taken white space off its ends. */
export const plain: Variant = {
  name: 'plain',
  doc: 'The value as it is, without white space around it.',
  encode: (value) => [value],
};
