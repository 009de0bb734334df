import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { BodyError } from '../formats/body.ts';
import type { Protocol } from '../formats/protocols.ts';
import { codeOf } from '../pipeline/error-code.ts';
import { gather, redactedBody } from './body-flow.ts';
import { drained } from './drained.ts';
import { codecOf, ENCODINGS } from './encodings.ts';
import { isSigned, passedHeaders } from './headers.ts';
import type { Answer, HttpProtocol, RequestHead, Trouble } from './http-protocol.ts';
import { LiveBody } from './live-body.ts';
import type { Surroundings } from './route.ts';
import type { TroubleLog } from './trouble-log.ts';
import type { Upstream, Upstreams } from './upstreams.ts';

/** One HTTP route, ready to take requests. */
export interface HttpRoute {
  readonly name: Protocol;
  readonly protocol: HttpProtocol;
  readonly upstreams: Upstreams;
  /** The Authorization header of our own; null passes the client's. */
  readonly authorization: () => string | null;
  readonly surroundings: Surroundings;
  readonly log: TroubleLog;
}

/** Why an exchange ended without upstream's answer. */
class Failed extends Error {
  readonly trouble: Trouble;

  constructor(trouble: Trouble, message: string) {
    super(message);
    this.trouble = trouble;
  }
}

/** Errors of a connection that never stood: nothing of the request was sent. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Takes a request to upstream and the answer back, both redacted. Never rejects. */
export async function exchange(
  route: HttpRoute,
  head: RequestHead,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  try {
    const handling = route.protocol.handle(head);
    if ('answer' in handling) return send(response, handling.answer);
    const codec = codecOf(request.headers['content-encoding']);
    if (codec === undefined && handling.body !== null)
      throw new Failed('encoding', `the body's Content-Encoding is none of ${ENCODINGS.join(', ')}`);
    if (isSigned(request.headers) && handling.body !== null)
      throw new Failed(
        'busy',
        'the request is signed with its body (AWS SigV4); let the proxy have it unsigned',
      );
    const live =
      handling.body === null || !hasBody(request)
        ? null
        : await LiveBody.open(route.name, route.surroundings, handling.body);
    const { maxBodyBytes } = route.surroundings.limits;
    const flow = { request, live, codec: codec ?? null, whole: handling.whole ?? null, maxBodyBytes };
    const body = hasBody(request) ? await gather(redactedBody(flow)) : null;
    const answer = await ask(route, head, request, { body, signal: gone.signal });
    await pass(route, head, answer, response);
  } catch (error) {
    if (!gone.signal.aborted) refuse(route, head, response, error);
    else response.destroy();
  }
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

interface Sent {
  readonly body: Awaited<ReturnType<typeof gather>> | null;
  readonly signal: AbortSignal;
}

/** Asks the first upstream that can be reached. */
async function ask(
  route: HttpRoute,
  head: RequestHead,
  request: IncomingMessage,
  { body, signal }: Sent,
): Promise<Dispatcher.ResponseData> {
  const headers = passedHeaders(request.headers, ['host', 'accept-encoding']);
  headers['accept-encoding'] = 'identity';
  const own = route.authorization();
  if (own !== null) headers.authorization = own;
  let fault: unknown = null;
  const failed = (error: unknown): void => {
    fault = error;
  };
  const content =
    body === null ? null : 'bytes' in body ? body.bytes : Readable.from(watched(body.stream, failed));
  let last: Upstream | null = null;
  let code = '';
  for (const upstream of route.upstreams.inOrder(route.protocol.stickyKey(head), performance.now())) {
    last = upstream;
    try {
      const path = `${upstream.plan.path}${request.url}`;
      const method = head.method as Dispatcher.HttpMethod;
      const answer = await upstream.pool.request({ path, method, headers, body: content, signal });
      route.upstreams.markUp(upstream);
      return answer;
    } catch (error) {
      if (signal.aborted) throw error;
      if (fault !== null) throw fault;
      code = codeOf(error);
      if (!NOT_CONNECTED.has(code)) break;
      route.upstreams.markDown(upstream, performance.now());
      if (body !== null && 'stream' in body) break;
    }
  }
  throw new Failed('busy', `upstream ${last?.at} gave no answer (${code}); the client is told to try again`);
}

/** Passes the chunks on and keeps the error that ended them: the HTTP client wraps it. */
async function* watched(
  chunks: AsyncIterable<Buffer>,
  failed: (error: unknown) => void,
): AsyncGenerator<Buffer> {
  try {
    yield* chunks;
  } catch (error) {
    failed(error);
    throw error;
  }
}

/** Upstream's answer, its body redacted: it may quote what it was sent. */
async function pass(
  route: HttpRoute,
  head: RequestHead,
  answer: Dispatcher.ResponseData,
  response: ServerResponse,
): Promise<void> {
  const headers = passedHeaders(answer.headers, []);
  const encoded = codecOf(answer.headers['content-encoding'] as string | undefined);
  if (encoded !== null) {
    answer.body.on('error', () => {}).destroy();
    throw new Failed('busy', 'upstream compressed its answer though it was asked not to');
  }
  if (head.method === 'HEAD' || answer.statusCode === 204 || answer.statusCode === 304) {
    await answer.body.dump();
    const length = answer.headers['content-length'];
    response.writeHead(
      answer.statusCode,
      length === undefined ? headers : { ...headers, 'content-length': length },
    );
    response.end();
    return;
  }
  const type = String(answer.headers['content-type'] ?? '');
  const live = await LiveBody.open(route.name, route.surroundings, route.protocol.answerBody(head, type));
  const body = await gather(answerChunks(answer.body, live));
  if ('bytes' in body) {
    response.writeHead(answer.statusCode, { ...headers, 'content-length': String(body.bytes.length) });
    response.end(body.bytes);
    return;
  }
  response.writeHead(answer.statusCode, headers);
  for await (const chunk of body.stream) {
    if (!response.write(chunk)) await drained(response);
  }
  response.end();
}

async function* answerChunks(body: AsyncIterable<Buffer>, live: LiveBody): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) yield live.push(chunk);
    yield live.end();
  } finally {
    live.close();
  }
}

function refuse(route: HttpRoute, head: RequestHead, response: ServerResponse, error: unknown): void {
  const { trouble, why } = explain(error);
  route.log.say(trouble, why);
  if (response.headersSent) {
    // A broken answer must not look like a whole one.
    response.destroy();
    return;
  }
  send(response, route.protocol.trouble(trouble, head, why));
}

function explain(error: unknown): { trouble: Trouble; why: string } {
  if (error instanceof Failed) return { trouble: error.trouble, why: error.message };
  if (error instanceof BodyError) return { trouble: error.kind, why: error.message };
  // Of any other error only the code is told: its message may quote the body.
  return { trouble: 'busy', why: `the request could not be redacted or answered (${codeOf(error)})` };
}

/** Sends an answer of our own. What is left of the request is not read: the connection ends with it. */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  const ends: Record<string, string> =
    response.req.complete || !hasBody(response.req) ? {} : { connection: 'close' };
  response.writeHead(status, { ...headers, ...ends, 'content-length': String(Buffer.byteLength(body)) });
  response.end(body);
}
