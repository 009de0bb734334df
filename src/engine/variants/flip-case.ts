/**
 * Longest value sought in another case: longer ones are keys and documents, which mean nothing in the other
 * case, and two more copies of them would only cost memory.
 */
const LONGEST = 4096;

/** `value` with the ASCII letters `first` to `first + 25` in the other case; nothing when none is in it. */
export function flipCase(value: Uint8Array, first: number): Uint8Array[] {
  if (value.length > LONGEST) return [];
  let changed = false;
  const out = value.map((byte) => {
    if (byte < first || byte >= first + 26) return byte;
    changed = true;
    return byte ^ 0x20;
  });
  return changed ? [out] : [];
}
