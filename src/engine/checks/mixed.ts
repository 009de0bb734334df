import { type Check, LOOKED_AT } from './check.ts';

/** Not a vendor's rule: what tells an opaque token from a word, a number or a lower-case name. */
export const MIXED: Check = {
  name: 'mixed',
  doc: 'holds a digit and a letter in its first 1,024 bytes',
  verify(bytes, start, end) {
    let digit = false;
    let letter = false;
    const limit = Math.min(end, start + LOOKED_AT);
    for (let at = start; at < limit; at++) {
      const byte = bytes[at]!;
      if (byte >= 0x30 && byte <= 0x39) digit = true;
      else if ((byte | 32) >= 0x61 && (byte | 32) <= 0x7a) letter = true;
      if (digit && letter) return true;
    }
    return false;
  },
  suffix: () => Uint8Array.of(0x61, 0x37),
};
