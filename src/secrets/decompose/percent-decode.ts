/**
 * Undoes `%HH`; the caller wipes the result.
 * @returns null when there is nothing to undo
 */
export function percentDecode(bytes: Uint8Array): Uint8Array | null {
  if (!bytes.includes(0x25)) return null;
  const out = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const high = bytes[at] === 0x25 ? digit(bytes[at + 1]) : -1;
    const low = high === -1 ? -1 : digit(bytes[at + 2]);
    if (low === -1) out[length++] = bytes[at]!;
    else {
      out[length++] = high * 16 + low;
      at += 2;
    }
  }
  return length === bytes.length ? null : out.subarray(0, length);
}

function digit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
