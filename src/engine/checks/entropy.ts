const counts = new Uint32Array(256);

/** Shannon entropy of `[start, end)` in bits per byte: 0 for one repeated byte, at most 8. Allocates nothing. */
export function entropyOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length <= 0) return 0;
  counts.fill(0);
  for (let at = start; at < end; at++) counts[bytes[at]!]!++;
  let bits = 0;
  for (let at = 0; at < 256; at++) {
    const count = counts[at]!;
    if (count > 0) bits += count * Math.log2(count);
  }
  return Math.log2(length) - bits / length;
}
