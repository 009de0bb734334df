/** A copy of `value` with every `from` (not empty) replaced by `to`, left to right. No strings are made. */
export function replaceAll(value: Uint8Array, from: Uint8Array, to: Uint8Array): Uint8Array<ArrayBuffer> {
  const view = Buffer.from(value.buffer, value.byteOffset, value.length);
  let count = 0;
  for (let at = view.indexOf(from); at !== -1; at = view.indexOf(from, at + from.length)) count++;
  const out = new Uint8Array(value.length + count * (to.length - from.length));
  let written = 0;
  let read = 0;
  for (let at = view.indexOf(from); at !== -1; at = view.indexOf(from, read)) {
    out.set(value.subarray(read, at), written);
    written += at - read;
    out.set(to, written);
    written += to.length;
    read = at + from.length;
  }
  out.set(value.subarray(read), written);
  return out;
}
