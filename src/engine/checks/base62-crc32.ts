const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Base62 digits that hold 32 bits. */
export const CRC_DIGITS = 6;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});

/** CRC-32 (IEEE 802.3, as in zlib) of `[start, end)`. */
export function crc32(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0xffffffff;
  for (let at = start; at < end; at++) crc = (crc >>> 8) ^ TABLE[(crc ^ bytes[at]!) & 255]!;
  return (crc ^ 0xffffffff) >>> 0;
}

/** True when the six bytes at `at` spell `crc` in base62, most significant first, padded with 0. */
export function spellsCrc(bytes: Uint8Array, at: number, crc: number): boolean {
  let left = crc;
  for (let digit = CRC_DIGITS - 1; digit >= 0; digit--) {
    if (bytes[at + digit] !== DIGITS.charCodeAt(left % 62)) return false;
    left = Math.floor(left / 62);
  }
  return true;
}

export function spellCrc(crc: number): Uint8Array {
  const spelled = new Uint8Array(CRC_DIGITS);
  let left = crc;
  for (let digit = CRC_DIGITS - 1; digit >= 0; digit--) {
    spelled[digit] = DIGITS.charCodeAt(left % 62);
    left = Math.floor(left / 62);
  }
  return spelled;
}
