/** Space and the controls from tab to carriage return. */
export function isBlank(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

/** The value without white space around it (files often end in a newline), in the value's own memory. */
export function trimBlanks(value: Uint8Array): Uint8Array {
  let start = 0;
  let end = value.length;
  while (start < end && isBlank(value[start]!)) start++;
  while (end > start && isBlank(value[end - 1]!)) end--;
  return value.subarray(start, end);
}
