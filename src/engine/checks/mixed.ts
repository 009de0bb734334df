import type { Check } from './check.ts';

/** Not a vendor's rule: what tells an opaque token from a word, a number or a lower-case name. */
export const MIXED: Check = {
  name: 'mixed',
  doc: 'holds a digit and a letter',
  verify(bytes, start, end) {
    let digit = false;
    let letter = false;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte >= 0x30 && byte <= 0x39) digit = true;
      else if ((byte | 32) >= 0x61 && (byte | 32) <= 0x7a) letter = true;
    }
    return digit && letter;
  },
  suffix: () => Uint8Array.of(0x61, 0x37),
};
