import type { IncomingMessage } from 'node:http';
import { type Duplex, pipeline, Readable } from 'node:stream';
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
  if (live === null) return kept(request);
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
  const { maxBodyBytes } = flow;
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of decoded(flow)) {
      size += chunk.length;
      if (size > MAX_WHOLE) throw new BodyError('too-large', `the body is larger than ${MAX_WHOLE} bytes`);
      chunks.push(chunk);
    }
    const plain = unpack(Buffer.concat(chunks));
    if (plain.length > maxBodyBytes) throw overMaxBody(maxBodyBytes);
    const redacted = [live.push(plain), live.end()];
    yield Buffer.from(pack(Buffer.concat(redacted)));
  } finally {
    live.close();
  }
}

async function* decoded({ request, codec, maxBodyBytes }: Flow): AsyncGenerator<Buffer> {
  const source = codec === null ? kept(request) : through(request, codec.decode());
  let size = 0;
  try {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > maxBodyBytes) throw overMaxBody(maxBodyBytes);
      yield chunk;
    }
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (codec !== null && typeof code === 'string' && /^(Z_|ERR_.*Z(LIB|STD))/.test(code))
      throw new BodyError('malformed', `the body cannot be decompressed (${code})`);
    throw error;
  }
}

function overMaxBody(maxBodyBytes: number): BodyError {
  return new BodyError('too-large', `the body is larger than --max-body, ${maxBodyBytes} bytes`);
}

/** A request whose connection outlives a reader that stops early: the answer goes the same way. */
function kept(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false });
}

/** The same, out of its coding. */
function through(request: IncomingMessage, decoder: Duplex): AsyncIterable<Buffer> {
  // They reach whoever reads the decoder; one that was left early has no reader any more.
  decoder.on('error', () => {});
  request.once('error', (error) => decoder.destroy(error));
  request.pipe(decoder);
  return decoder;
}

/** A body of which the beginning was read. */
export type Gathered = { readonly bytes: Buffer } | { readonly stream: Rest };

/** What can be ended before it was begun, which a generator cannot. */
interface Rest extends AsyncIterable<Buffer> {
  return(): Promise<unknown>;
}

/** The first bytes of a body in memory: all of it when it is small, else with the rest to come. */
export async function gather(body: AsyncIterable<Buffer>): Promise<Gathered> {
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

function resumed(chunks: readonly Buffer[], iterator: AsyncIterator<Buffer>): Rest {
  const first = chunks.values();
  const rest = {
    async next(): Promise<IteratorResult<Buffer>> {
      const held = first.next();
      return held.done === true ? iterator.next() : held;
    },
    async return(): Promise<IteratorResult<Buffer>> {
      await iterator.return?.();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => rest, return: rest.return };
}
