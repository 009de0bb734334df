import { flipCase } from './flip-case.ts';
import type { Variant } from './variant.ts';

/** A near miss: reported as such. */
export const lower: Variant = {
  name: 'lower',
  doc: 'The value with its ASCII letters in lower case.',
  encode: (value) => flipCase(value, 0x41),
};
