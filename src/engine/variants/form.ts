import { lines } from './lines.ts';
import { replaceAll } from './replace.ts';
import type { Variant } from './variant.ts';

const SPACE = Uint8Array.of(0x20);
const PLUS = Uint8Array.of(0x2b);

/**
 * `application/x-www-form-urlencoded` (WHATWG URL, section 5): a space is `+`. The rest of that encoding is
 * `%HH`, which the percent view undoes.
 */
export const form: Variant = {
  name: 'form',
  doc: 'A space written as `+`, as in HTML forms and query strings; of a value of several lines also in each line.',
  encode: (value) =>
    [value, ...lines.encode(value)]
      .filter((text) => text.includes(0x20))
      .map((text) => replaceAll(text, SPACE, PLUS)),
};
