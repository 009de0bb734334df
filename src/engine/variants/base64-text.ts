const SHARED = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** RFC 4648, section 4. */
export const STANDARD: Uint8Array = Buffer.from(`${SHARED}+/`);
/** RFC 4648, section 5. */
export const URL_SAFE: Uint8Array = Buffer.from(`${SHARED}-_`);
const PAD = 0x3d;

/**
 * The characters of a base64 text that the value alone decides, when it begins `phase` bytes behind a group
 * of three: those that share bits with what stands before or behind it are left out, so neither
 * neighbours nor padding can hide it. floor(8n/6) characters at phase 0, at most one less elsewhere.
 */
export function base64Core(value: Uint8Array, phase: 0 | 1 | 2, alphabet: Uint8Array): Uint8Array {
  const first = Math.ceil((phase * 8) / 6);
  const last = Math.floor(((phase + value.length) * 8) / 6);
  const out = new Uint8Array(last - first);
  for (let k = first; k < last; k++) out[k - first] = sextet(value, k * 6 - phase * 8, alphabet);
  return out;
}

/** The base64 text of the value alone. */
export function base64Whole(value: Uint8Array, alphabet: Uint8Array, padded: boolean): Uint8Array {
  const characters = Math.ceil((value.length * 8) / 6);
  const out = new Uint8Array(padded ? Math.ceil(value.length / 3) * 4 : characters);
  for (let k = 0; k < characters; k++) out[k] = sextet(value, k * 6, alphabet);
  return out.fill(PAD, characters);
}

/** The character for the 6 bits from `bit` on; bits behind the value are 0. */
function sextet(value: Uint8Array, bit: number, alphabet: Uint8Array): number {
  const at = bit >>> 3;
  const pair = (value[at]! << 8) | (value[at + 1] ?? 0);
  return alphabet[(pair >>> (10 - (bit & 7))) & 63]!;
}
