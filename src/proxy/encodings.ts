import type { Duplex } from 'node:stream';
import * as zlib from 'node:zlib';
import { BodyError } from '../formats/body.ts';
import type { Packer } from '../formats/forward.ts';

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

/** gzip of bytes in memory, of one member or several; `maxBytes` is --max-body. */
export function gzipPacker(maxBytes: number): Packer {
  return {
    unpack(bytes) {
      try {
        return zlib.gunzipSync(bytes, { maxOutputLength: maxBytes });
      } catch (error) {
        const { code } = error as { code?: unknown };
        if (code === 'ERR_BUFFER_TOO_LARGE')
          throw new BodyError('too-large', `unpacked, entries are larger than --max-body, ${maxBytes} bytes`);
        if (typeof code === 'string' && code.startsWith('Z_'))
          throw new BodyError('malformed', `entries cannot be decompressed (${code})`);
        throw error;
      }
    },
    pack: (bytes) => zlib.gzipSync(bytes, FAST),
  };
}
