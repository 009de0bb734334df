import type { IncomingMessage } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { BodyError } from '../formats/body.ts';
import type { codecOf } from './encodings.ts';
import type { Whole } from './http-protocol.ts';
import type { LiveBody } from './live-body.ts';

/** A body that is complete within this many bytes is sent with its length, and may be sent again to another upstream. */
const SMALL = 256 * 1024;
/** Most bytes of a body that can be read only as a whole (snappy has one block): OTLP's and Loki's usual limits are lower. */
const MAX_WHOLE = 32 * 1024 * 1024;

type Codec = NonNullable<ReturnType<typeof codecOf>>;

export interface Flow {
  readonly request: IncomingMessage;
  /** Null: passes as it is. */
  readonly live: LiveBody | null;
  readonly codec: Codec | null;
  readonly whole: Whole | null;
  readonly maxBodyBytes: number;
}

/**
 * The body as it goes on: decoded, redacted, encoded again. Nothing is read ahead of who takes it.
 * @throws BodyError; the engine's fault; what the client's connection throws
 */
export function redactedBody(flow: Flow): AsyncIterable<Buffer> {
  const { request, live, codec } = flow;
  if (live === null) return request;
  const plain = flow.whole === null ? streamed(flow, live) : asWhole(flow, live, flow.whole);
  if (codec === null) return plain;
  const encoder = codec.encode();
  // Errors reach whoever reads the encoder.
  pipeline(Readable.from(plain), encoder, () => {});
  return encoder;
}

async function* streamed(flow: Flow, live: LiveBody): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of decoded(flow)) {
      const decided = live.push(chunk);
      if (decided.length > 0) yield decided;
    }
    const last = live.end();
    if (last.length > 0) yield last;
  } finally {
    live.close();
  }
}

async function* asWhole(flow: Flow, live: LiveBody, { unpack, pack }: Whole): AsyncGenerator<Buffer> {
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of decoded(flow)) {
      size += chunk.length;
      if (size > MAX_WHOLE) throw new BodyError('too-large', `the body is larger than ${MAX_WHOLE} bytes`);
      chunks.push(chunk);
    }
    const redacted = [live.push(unpack(Buffer.concat(chunks))), live.end()];
    yield Buffer.from(pack(Buffer.concat(redacted)));
  } finally {
    live.close();
  }
}

async function* decoded({ request, codec, maxBodyBytes }: Flow): AsyncGenerator<Buffer> {
  let source: AsyncIterable<Buffer> = request;
  if (codec !== null) {
    const decoder = codec.decode();
    pipeline(request, decoder, () => {});
    source = decoder;
  }
  let size = 0;
  try {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > maxBodyBytes)
        throw new BodyError('too-large', `the body is larger than --max-body, ${maxBodyBytes} bytes`);
      yield chunk;
    }
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (codec !== null && typeof code === 'string' && /^(Z_|ERR_.*Z(LIB|STD))/.test(code))
      throw new BodyError('malformed', `the body cannot be decompressed (${code})`);
    throw error;
  }
}

/** The first bytes of a body in memory: all of it when it is small, else with the rest to come. */
export async function gather(
  body: AsyncIterable<Buffer>,
): Promise<{ readonly bytes: Buffer } | { readonly stream: AsyncGenerator<Buffer> }> {
  const iterator = body[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  for (let size = 0; size <= SMALL; ) {
    const next = await iterator.next();
    if (next.done === true) return { bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks) };
    chunks.push(next.value);
    size += next.value.length;
  }
  return { stream: resumed(chunks, iterator) };
}

async function* resumed(chunks: Buffer[], iterator: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
    for (;;) {
      const next = await iterator.next();
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}
