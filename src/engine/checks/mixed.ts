import { type Check, LOOKED_AT } from './check.ts';

/** Not a vendor's rule: what tells an opaque token from a word, a number or a lower-case name. */
export const MIXED: Check = {
  name: 'mixed',
  doc: 'holds a digit and a letter in its first 1,024 bytes',
  verify(bytes, start, end) {
    const limit = Math.min(end, start + LOOKED_AT);
    return holdsDigit(bytes, start, limit) && holdsLetter(bytes, start, limit);
  },
  suffix: () => Uint8Array.of(0x61, 0x37),
};

function holdsDigit(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at < to && (bytes[at]! < 0x30 || bytes[at]! > 0x39)) at++;
  return at < to;
}

function holdsLetter(bytes: Uint8Array, from: number, to: number): boolean {
  let at = from;
  while (at < to && ((bytes[at]! | 32) < 0x61 || (bytes[at]! | 32) > 0x7a)) at++;
  return at < to;
}
