/** Bytes of the header of each one-byte type with a length behind it, and how many bytes say the length. */
const SIZED: Readonly<Record<number, number>> = { 196: 1, 197: 2, 198: 4, 217: 1, 218: 2, 219: 4 };
const EXT: Readonly<Record<number, number>> = { 199: 1, 200: 2, 201: 4 };
const FIXED: Readonly<Record<number, number>> = {
  192: 0,
  194: 0,
  195: 0,
  202: 4,
  203: 8,
  204: 1,
  205: 2,
  206: 4,
  207: 8,
  208: 1,
  209: 2,
  210: 4,
  211: 8,
  212: 2,
  213: 3,
  214: 5,
  215: 9,
  216: 17,
};

/** A head of MessagePack: where the next one starts, and how many objects stand in this one. */
function head(bytes: Buffer, at: number): readonly [next: number, inside: number] | null {
  const type = bytes[at]!;
  const sizeBytes = SIZED[type] ?? EXT[type];
  if (type <= 0x7f || type >= 0xe0) return [at + 1, 0];
  if (type <= 0x8f) return [at + 1, (type & 0x0f) * 2];
  if (type <= 0x9f) return [at + 1, type & 0x0f];
  if (type <= 0xbf) return [at + 1 + (type & 0x1f), 0];
  if (type in FIXED) return [at + 1 + FIXED[type]!, 0];
  const counted = { 220: 2, 221: 4, 222: 2, 223: 4 }[type];
  const width = sizeBytes ?? counted;
  if (width === undefined) throw new RangeError('a byte that MessagePack never uses');
  if (at + 1 + width > bytes.length) return null;
  const size = bytes.readUIntBE(at + 1, width);
  if (counted !== undefined) return [at + 1 + width, type >= 0xde ? size * 2 : size];
  return [at + 1 + width + (type in EXT ? 1 : 0) + size, 0];
}

/**
 * Where the MessagePack object at `start` ends, or null when it is not all there. @msgpack/msgpack decodes
 * but does not tell how far it came. Throws RangeError on 0xc1.
 */
export function endOfObject(bytes: Buffer, start: number): number | null {
  let at = start;
  for (let left = 1; left > 0; left--) {
    if (at >= bytes.length) return null;
    const found = head(bytes, at);
    if (found === null) return null;
    at = found[0];
    left += found[1];
  }
  return at <= bytes.length ? at : null;
}
