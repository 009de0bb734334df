import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { BodyError } from '../formats/body.ts';
import { codeOf } from '../pipeline/error-code.ts';
import { type Gathered, gather, redactedBody } from './body-flow.ts';
import { codecOf, ENCODINGS } from './encodings.ts';
import { Failed } from './failed.ts';
import { isSigned, passedHeaders } from './headers.ts';
import type { Answer, Handling, RequestHead, Trouble } from './http-protocol.ts';
import type { HttpRoute } from './http-route.ts';
import { LiveBody } from './live-body.ts';
import { passAnswer } from './pass-answer.ts';
import type { Upstream } from './upstreams.ts';

/** Errors of a connection that never stood: nothing of the request was sent. */
const NOT_CONNECTED = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** The rest of a body that was answered before its end is read for this long. */
const LINGER_MS = 30_000;

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
  let body: Gathered | null = null;
  try {
    const handling = route.protocol.handle(head);
    if ('answer' in handling) return send(response, handling.answer);
    body = await take(route, request, handling);
    const answer = await ask(route, head, request, { body, signal: gone.signal });
    await passAnswer(route, head, answer, response);
  } catch (error) {
    if (!gone.signal.aborted) refuse(route, head, response, error);
    else response.destroy();
  } finally {
    // Not waited for: it may itself wait for a client that is silent.
    void leave(body).then(() => forgetRest(request));
  }
}

/**
 * The request's body as it goes on; null for none.
 * @throws Failed, BodyError, the engine's fault
 */
async function take(
  route: HttpRoute,
  request: IncomingMessage,
  { body: make, whole }: Extract<Handling, { body: unknown }>,
): Promise<Gathered | null> {
  const coding = request.headers['content-encoding'];
  const codec = coding !== undefined && coding === whole?.coding ? null : codecOf(coding);
  if (codec === undefined && make !== null)
    throw new Failed('encoding', `the body's Content-Encoding is none of ${ENCODINGS.join(', ')}`);
  if (isSigned(request.headers) && make !== null)
    throw new Failed(
      'busy',
      'the request is signed with its body (AWS SigV4); let the proxy have it unsigned',
    );
  if (!hasBody(request)) return null;
  const live = make === null ? null : await LiveBody.open(route.name, route.surroundings, make);
  const { maxBodyBytes } = route.surroundings.limits;
  return gather(redactedBody({ request, live, codec: codec ?? null, whole: whole ?? null, maxBodyBytes }));
}

/** Ends a body that nobody may have begun to read: what redacts it is let go. */
async function leave(body: Gathered | null): Promise<void> {
  if (body !== null && 'stream' in body) await body.stream.return().catch(() => {});
}

/**
 * Reads what is left of a request once it was answered. A connection that is closed with bytes unread is
 * reset, and clients that write all of a body before they read (Fluent Bit, Python's requests) would lose the answer.
 */
function forgetRest(request: IncomingMessage): void {
  if (request.readableEnded || request.destroyed) return;
  const late = setTimeout(() => request.destroy(), LINGER_MS);
  for (const end of ['end', 'close']) request.once(end, () => clearTimeout(late));
  request.on('error', () => {});
  request.resume();
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

interface Sent {
  readonly body: Gathered | null;
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
      // The client's next try goes to another, if there is one.
      route.upstreams.markDown(upstream, performance.now());
      if (!NOT_CONNECTED.has(code) || (body !== null && 'stream' in body)) break;
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

/** Sends an answer of our own. */
export function send(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(body)) });
  response.end(body);
}
