import { isUtf8, transcode } from 'node:buffer';
import type { Variant } from './variant.ts';

/** UTF-16LE text, as Windows programs write it; bytes that are no UTF-8 are taken for Latin-1. */
export const utf16le: Variant = {
  name: 'utf16le',
  doc: 'UTF-16 text, low byte first.',
  encode: (value) => [isUtf8(value) ? wide(value) : interleaved(value)],
};

/** `transcode` works from buffer to buffer: no string is made. */
function wide(value: Uint8Array): Uint8Array {
  const shared = transcode(value, 'utf8', 'utf16le');
  const out = new Uint8Array(shared.length);
  out.set(shared);
  shared.fill(0);
  return out;
}

function interleaved(value: Uint8Array): Uint8Array {
  const out = new Uint8Array(value.length * 2);
  for (let i = 0; i < value.length; i++) out[i * 2] = value[i]!;
  return out;
}
