import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { Dispatcher } from 'undici';
import { BodyError } from '../formats/body.ts';
import { type Gathered, gather } from './body-flow.ts';
import { drained } from './drained.ts';
import { codecOf } from './encodings.ts';
import { Failed } from './failed.ts';
import { passedHeaders } from './headers.ts';
import type { RequestHead } from './http-protocol.ts';
import type { HttpRoute } from './http-route.ts';
import { LiveBody } from './live-body.ts';

/**
 * Upstream's answer, its body redacted: it may quote what it was sent.
 * @throws Failed, the engine's fault, what upstream's connection throws
 */
export async function passAnswer(
  route: HttpRoute,
  head: RequestHead,
  answer: Dispatcher.ResponseData,
  response: ServerResponse,
): Promise<void> {
  const { statusCode } = answer;
  // It goes on decoded: the client is asked nothing about codings.
  const headers = passedHeaders(answer.headers, ['content-encoding']);
  if (head.method === 'HEAD' || statusCode === 204 || statusCode === 304) {
    await answer.body.dump();
    const length = answer.headers['content-length'];
    response.writeHead(statusCode, length === undefined ? headers : { ...headers, 'content-length': length });
    response.end();
    return;
  }
  const chunks = decoded(answer);
  const type = String(answer.headers['content-type'] ?? '');
  const live = await LiveBody.open(route.name, route.surroundings, route.protocol.answerBody(head, type));
  const body = await readable(route, gather(redacted(chunks, live)));
  if ('bytes' in body) {
    response.writeHead(statusCode, { ...headers, 'content-length': String(body.bytes.length) });
    response.end(body.bytes);
    return;
  }
  response.writeHead(statusCode, headers);
  for await (const chunk of body.stream) {
    if (!response.write(chunk)) await drained(response);
  }
  response.end();
}

/** Upstream was asked for no coding; some compress all the same. @throws Failed for one that cannot be undone here */
function decoded(answer: Dispatcher.ResponseData): AsyncIterable<Buffer> {
  const codec = codecOf(answer.headers['content-encoding'] as string | undefined);
  if (codec === null) return answer.body;
  if (codec === undefined) {
    answer.body.on('error', () => {}).destroy();
    throw new Failed('busy', 'upstream compressed its answer though it was asked not to');
  }
  const decoder = codec.decode();
  // Errors reach whoever reads the decoder.
  pipeline(answer.body, decoder, () => {});
  return decoder;
}

/** An answer that is not what its type says is no reason to send again: the status goes on, without a body. */
async function readable(route: HttpRoute, body: Promise<Gathered>): Promise<Gathered> {
  try {
    return await body;
  } catch (error) {
    if (!(error instanceof BodyError)) throw error;
    route.log.say('busy', `upstream's answer: ${error.message}; its status goes on without the body`);
    return { bytes: Buffer.alloc(0) };
  }
}

async function* redacted(body: AsyncIterable<Buffer>, live: LiveBody): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body) yield live.push(chunk);
    yield live.end();
  } finally {
    live.close();
  }
}
