import type { Check } from './check.ts';

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUES = new Int8Array(256).fill(-1);
for (let value = 0; value < 64; value++) VALUES[BASE64URL.charCodeAt(value)] = value;

/** Longest decoded header looked at, in bytes. */
const HEADER_LIMIT = 1024;
const header = new Uint8Array(HEADER_LIMIT);
const ALG = Uint8Array.from([...'"alg"'].map((char) => char.charCodeAt(0)));
const DOT = 0x2e;

/** Decodes base64url up to the first dot into `header`; returns the decoded length, or -1. */
function decodeHeader(bytes: Uint8Array, start: number, end: number): number {
  let length = 0;
  let bits = 0;
  let held = 0;
  for (let at = start; at < end && bytes[at] !== DOT; at++) {
    const value = VALUES[bytes[at]!]!;
    if (value < 0) return -1;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    if (length === HEADER_LIMIT) return length;
    header[length++] = (held >>> bits) & 255;
  }
  return length;
}

function standsAt(at: number): boolean {
  for (let index = 0; index < ALG.length; index++) if (header[at + index] !== ALG[index]) return false;
  return true;
}

/** Source of the rule: RFC 7515, section 4.1.1. */
export const JWT_SHAPE: Check = {
  name: 'jwt-shape',
  doc: 'the first part is the base64url of a JSON object that names an alg',
  verify(bytes, start, end) {
    const length = decodeHeader(bytes, start, end);
    if (length < 2 || header[0] !== 0x7b) return false;
    for (let at = 1; at + ALG.length <= length; at++) {
      if (standsAt(at)) return true;
    }
    return false;
  },
  suffix: null,
};
