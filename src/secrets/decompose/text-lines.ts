import { trimBlanks } from '../../engine/variants/trim.ts';

/** The lines of a document without the white space around them, empty ones left out; they share its memory. */
export function* textLines(document: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < document.length; ) {
    const newline = document.indexOf(0x0a, start);
    const end = newline === -1 ? document.length : newline;
    const line = trimBlanks(document.subarray(start, end));
    if (line.length > 0) yield line;
    start = end + 1;
  }
}

/** Bytes of a name as a string, for names only; empty when longer than `limit` or not printable ASCII. */
export function nameOf(bytes: Uint8Array, limit = 256): string {
  const name = trimBlanks(bytes);
  if (name.length > limit || !name.every((byte) => byte >= 0x20 && byte < 0x7f)) return '';
  return Buffer.from(name.buffer, name.byteOffset, name.length).toString('latin1');
}

/** A Buffer over the same memory, for its searches. */
export function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
