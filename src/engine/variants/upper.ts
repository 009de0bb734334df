import { flipCase } from './flip-case.ts';
import type { Variant } from './variant.ts';

/** A near miss: reported as such. */
export const upper: Variant = {
  name: 'upper',
  doc: 'The value with its ASCII letters in upper case.',
  encode: (value) => flipCase(value, 0x61),
};
