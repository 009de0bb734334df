/** `2006-01-02T15:04:05`: a digit where `d` stands, else the very character. */
const SHAPE = Uint8Array.from('dddd-dd-ddTdd:dd:dd', (char) => (char === 'd' ? 0 : char.charCodeAt(0)));
const OFFSET = Uint8Array.from('dd:dd', (char) => (char === 'd' ? 0 : char.charCodeAt(0)));
/** Nanoseconds. */
const MAX_FRACTION = 9;

/**
 * Reads an RFC 3339 timestamp at `at`, as Go writes it: a fraction of 0 to 9 digits, `Z` or `+hh:mm`
 * (containerd cuts trailing zeros, its zone is the node's). Strict: a header is not scanned for secrets.
 * @returns the index behind it, or -1
 */
export function timestampEnd(bytes: Uint8Array, at: number): number {
  if (!hasShape(bytes, at, SHAPE)) return -1;
  let end = at + SHAPE.length;
  if (bytes[end] === 0x2e) {
    const first = ++end;
    while (isDigit(bytes[end]!)) end++;
    if (end === first || end - first > MAX_FRACTION) return -1;
  }
  const zone = bytes[end];
  if (zone === 0x5a) return end + 1;
  if (zone !== 0x2b && zone !== 0x2d) return -1;
  return hasShape(bytes, end + 1, OFFSET) ? end + 1 + OFFSET.length : -1;
}

function hasShape(bytes: Uint8Array, at: number, shape: Uint8Array): boolean {
  for (let i = 0; i < shape.length; i++) {
    const wanted = shape[i]!;
    const byte = bytes[at + i]!;
    if (wanted === 0 ? !isDigit(byte) : byte !== wanted) return false;
  }
  return true;
}

/** False for undefined, so that callers may read behind the end. */
function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}
