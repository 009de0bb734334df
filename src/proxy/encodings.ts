import type { Duplex } from 'node:stream';
import * as zlib from 'node:zlib';

/** A pair for one word of Content-Encoding. */
interface Codec {
  decode(): Duplex;
  encode(): Duplex;
}

/** Log lines compress well at the fastest level, and the body was compressed once already. */
const FAST = { level: 1 };

/** zstd came to zlib with Node 22.15. */
const withZstd = zlib as typeof zlib & {
  createZstdDecompress?: () => Duplex;
  createZstdCompress?: () => Duplex;
};

const gzip: Codec = { decode: () => zlib.createGunzip(), encode: () => zlib.createGzip(FAST) };

function codecs(): Map<string, Codec> {
  const known = new Map<string, Codec>([
    ['gzip', gzip],
    ['x-gzip', gzip],
    ['deflate', { decode: () => zlib.createInflate(), encode: () => zlib.createDeflate(FAST) }],
  ]);
  const { createZstdDecompress: decode, createZstdCompress: encode } = withZstd;
  if (decode !== undefined && encode !== undefined) known.set('zstd', { decode, encode });
  return known;
}

const CODECS = codecs();

/** What may stand in Content-Encoding here, for the client that wrote something else. */
export const ENCODINGS: readonly string[] = [...CODECS.keys(), 'identity'];

/** The codec of a Content-Encoding header; null for none, undefined for one that cannot be undone here. */
export function codecOf(header: string | undefined): Codec | null | undefined {
  const word = (header ?? '').trim().toLowerCase();
  if (word === '' || word === 'identity') return null;
  return CODECS.get(word);
}
