import type { Variant } from './variant.ts';

const LOWER = Buffer.from('0123456789abcdef');
const UPPER = Buffer.from('0123456789ABCDEF');

/** Hex without separators; `\xHH` is undone by the escape view. */
export const hex: Variant = {
  name: 'hex',
  doc: 'Two hex digits a byte, lower or upper case.',
  encode: (value) => [digits(value, LOWER), digits(value, UPPER)],
};

function digits(value: Uint8Array, alphabet: Uint8Array): Uint8Array {
  const out = new Uint8Array(value.length * 2);
  for (let i = 0; i < value.length; i++) {
    out[i * 2] = alphabet[value[i]! >>> 4]!;
    out[i * 2 + 1] = alphabet[value[i]! & 15]!;
  }
  return out;
}
