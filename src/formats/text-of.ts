/** The text that bytes are in UTF-8, without a copy of them; the empty one for none. */
export function textOf(bytes: Uint8Array = new Uint8Array(0)): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
}
