const SKIP = 64;
const INVALID = 255;
const VALUES = new Uint8Array(256).fill(INVALID);
'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'.split('').forEach((char, value) => {
  VALUES[char.charCodeAt(0)] = value;
});
VALUES[0x2d] = 62;
VALUES[0x5f] = 63;
for (const byte of [0x0a, 0x0d, 0x20, 0x09]) VALUES[byte] = SKIP;

/**
 * Decodes base64 of either alphabet, with or without padding and line ends (RFC 4648; RFC 2045 for the line ends).
 * By hand because Buffer decodes strings only. The caller wipes the result.
 * @returns null when anything else is in it, or nothing
 */
export function decodeBase64(text: Uint8Array): Uint8Array | null {
  let end = text.length;
  while (end > 0 && (text[end - 1] === 0x3d || VALUES[text[end - 1]!] === SKIP)) end--;
  const out = new Uint8Array(Math.floor((end * 3) / 4));
  let length = 0;
  let bits = 0;
  let held = 0;
  let characters = 0;
  for (let at = 0; at < end; at++) {
    const value = VALUES[text[at]!]!;
    if (value === SKIP) continue;
    if (value === INVALID) {
      out.fill(0);
      return null;
    }
    characters++;
    bits = ((bits << 6) | value) & 0xffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out[length++] = (bits >>> held) & 255;
  }
  if (length === 0 || characters % 4 === 1) {
    out.fill(0);
    return null;
  }
  return out.subarray(0, length);
}

/** No control bytes but blanks and ESC: what a person or a program wrote as text. */
export function looksLikeText(bytes: Uint8Array): boolean {
  return !bytes.some(isControl);
}

/**
 * More control bytes than a stray one in a text: a keystore, a random key. In random bytes 1 in 10 is one, and
 * a kilobyte of them holds what reads as `user:password@` about once in 20,000.
 */
export function looksBinary(bytes: Uint8Array): boolean {
  let controls = 0;
  for (const byte of bytes) if (isControl(byte)) controls++;
  return controls * 32 > bytes.length;
}

function isControl(byte: number): boolean {
  return byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1b;
}
