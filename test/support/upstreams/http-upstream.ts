import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import * as zlib from 'node:zlib';
import { Recorder, type Trouble, type Troubles, type Upstream, upstreamOf } from './recorder.ts';
import { SocketListener } from './socket-listener.ts';

/** A request whose body is whole and out of its content coding. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** What a request said and got, for tests that look at headers, retries and endpoints. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Bytes of the body as sent. */
  readonly bytes: number;
  readonly status: number;
}

export interface HttpUpstream extends Upstream {
  readonly seen: readonly Seen[];
}

export interface HttpOptions {
  readonly troubles?: Troubles;
}

export interface HttpProtocol {
  /** Takes the records of a request and answers it. Whatever is wrong goes to `recorder.fault`. */
  handle(exchange: Exchange, recorder: Recorder): Answer;
  /** How this protocol words a failure. */
  failure(status: number): Answer;
}

/** Largest body taken, as sent and decoded: the limit that OTLP names. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) };
}

/** The media type alone, in lower case. */
export function mediaType(headers: IncomingHttpHeaders): string {
  return (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
}

/** zstd came to zlib with Node 22.15. */
const { zstdDecompressSync } = zlib as { zstdDecompressSync?: typeof zlib.gunzipSync };

/** Undoes a Content-Encoding, or null when it is none that is known or the body is not in it. */
function undo(coding: string, bytes: Buffer): Buffer | null {
  try {
    if (coding === '' || coding === 'identity') return bytes;
    const limit = { maxOutputLength: MAX_BODY_BYTES };
    if (coding === 'gzip' || coding === 'x-gzip') return zlib.gunzipSync(bytes, limit);
    if (coding === 'deflate') return zlib.inflateSync(bytes, limit);
    if (coding === 'zstd' && zstdDecompressSync !== undefined) return zstdDecompressSync(bytes, limit);
    // Loki's protobuf bodies say so, or say nothing: the Loki upstream undoes it by itself.
    if (coding === 'snappy') return bytes;
    return null;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause) return null;
    throw cause;
  }
}

/** What an upstream says of a body that its connection did not outlive; the bytes that came are in `wire`. */
export const CUT_SHORT = 'a request ended before its body';

/** The body as sent; null when the connection went before its end, or was reset on request. */
function readBody(
  request: IncomingMessage,
  trouble: Trouble | null,
  recorder: Recorder,
): Promise<Buffer | null> {
  return new Promise((done) => {
    const parts: Buffer[] = [];
    let length = 0;
    const cut = (): void => {
      if (!request.complete) recorder.keep(Buffer.concat(parts.splice(0)));
      done(null);
    };
    request.on('data', (bytes: Buffer) => {
      parts.push(bytes);
      length += bytes.length;
      if (trouble?.kind === 'reset' && length > trouble.after) request.socket.resetAndDestroy();
      if (length > MAX_BODY_BYTES) request.socket.resetAndDestroy();
    });
    request.on('end', () => done(Buffer.concat(parts)));
    request.on('error', cut);
    request.on('close', cut);
  });
}

/** A strict HTTP/1.1 server on 127.0.0.1 that records what `protocol` finds in its requests. */
export async function startHttp(protocol: HttpProtocol, options: HttpOptions = {}): Promise<HttpUpstream> {
  const recorder = new Recorder();
  const seen: Seen[] = [];
  let exchanges = 0;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const trouble = options.troubles?.(exchanges++) ?? null;
    const { method = '', url = '/', headers } = request;
    const send = (answer: Answer, bytes: number): void => {
      seen.push({ method, url, headers, bytes, status: answer.status });
      response.writeHead(answer.status, answer.headers);
      response.end(answer.body);
    };
    if (trouble?.kind === 'early') return send(protocol.failure(trouble.status), 0);
    const sent = await readBody(request, trouble, recorder);
    if (trouble?.kind === 'reset') return void request.socket.resetAndDestroy();
    if (sent === null) return recorder.fault(CUT_SHORT);
    if (trouble?.kind === 'hang') return;
    if (trouble?.kind === 'status') {
      const { headers: own, ...answer } = protocol.failure(trouble.status);
      const retry: Record<string, string> =
        trouble.retryAfter === undefined ? {} : { 'retry-after': String(trouble.retryAfter) };
      return send({ ...answer, headers: { ...own, ...retry } }, sent.length);
    }
    const body = undo(headers['content-encoding']?.toLowerCase() ?? '', sent);
    if (body === null) {
      recorder.fault('a body is not in its content coding');
      return send(protocol.failure(400), sent.length);
    }
    recorder.keep(body);
    const at = new URL(url, 'http://upstream');
    const answer = protocol.handle(
      { method, path: at.pathname, query: at.searchParams, headers, body },
      recorder,
    );
    if (trouble?.kind === 'lost-answer') return void request.socket.resetAndDestroy();
    send(answer, sent.length);
  };

  const server = createServer((request, response) => void serve(request, response));
  server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
    // A connection that ends early is told by whoever reads the body.
    if (code !== 'ECONNRESET' && code !== 'HPE_INVALID_EOF_STATE') recorder.fault('a request is no HTTP');
    socket.destroy();
  });
  const listener = new SocketListener(server);
  await listener.up();
  return { ...upstreamOf(recorder, listener), seen };
}
