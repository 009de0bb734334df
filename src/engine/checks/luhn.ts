import type { Check } from './check.ts';

/** Sum of the digits in `[start, end)`, every second one doubled; -1 when a byte is no digit. */
function luhnSum(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let at = end - 1; at >= start; at--) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) return -1;
    const doubled = (end - 1 - at) % 2 === 1 ? 2 * digit : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum;
}

/** Source of the rule: ISO/IEC 7812-1, annex B. */
export const LUHN: Check = {
  name: 'luhn',
  doc: 'the last digit makes the Luhn sum a multiple of ten',
  verify(bytes, start, end) {
    return end - start >= 2 && luhnSum(bytes, start, end) % 10 === 0;
  },
  suffix(body) {
    const open = Uint8Array.from([...body, 0x30]);
    return Uint8Array.of(0x30 + ((10 - (luhnSum(open, 0, open.length) % 10)) % 10));
  },
};
