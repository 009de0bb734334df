import { connect } from 'node:net';
import { encode } from '@msgpack/msgpack';
import { afterEach, expect, test } from 'vitest';
import { startForward } from './forward.ts';
import type { HttpUpstream } from './http-upstream.ts';
import { startLoki } from './loki.ts';
import type { Trouble, Upstream } from './recorder.ts';

const open: Upstream[] = [];
afterEach(async () => {
  for (const upstream of open.splice(0)) await upstream.close();
});

async function loki(trouble: Trouble): Promise<HttpUpstream> {
  const upstream = await startLoki({ troubles: (exchange) => (exchange === 0 ? trouble : null) });
  open.push(upstream);
  return upstream;
}

/** A push of one line, `length` bytes long: its status, or the code of the failure. */
async function push({ port }: Upstream, length = 1, signal?: AbortSignal): Promise<number | string> {
  const body = JSON.stringify({
    streams: [{ stream: {}, values: [['1700000000000000000', 'x'.repeat(length)]] }],
  });
  const headers = { 'content-type': 'application/json' };
  try {
    const response = await fetch(`http://127.0.0.1:${port}/loki/api/v1/push`, {
      method: 'POST',
      body,
      headers,
      signal,
    });
    await response.arrayBuffer();
    return response.status;
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    return (cause.cause as { code?: string } | undefined)?.code ?? cause.name;
  }
}

test('an upstream answers a failure and takes nothing, then takes the next', async () => {
  const upstream = await loki({ kind: 'status', status: 503, retryAfter: 2 });
  expect([await push(upstream), await push(upstream)]).toEqual([503, 204]);
  expect(upstream.received).toHaveLength(1);
  expect(upstream.seen.map(({ status }) => status)).toEqual([503, 204]);
});

test('an upstream answers before the body came, and takes nothing', async () => {
  const upstream = await loki({ kind: 'early', status: 429 });
  expect(await push(upstream, 1_000)).toBe(429);
  expect(upstream.received).toHaveLength(0);
});

test('an upstream resets the connection inside the body', async () => {
  const upstream = await loki({ kind: 'reset', after: 1_000 });
  expect(await push(upstream, 4_000_000)).toMatch(/^(?:ECONNRESET|EPIPE|UND_ERR_SOCKET)$/);
  expect(upstream.received).toHaveLength(0);
});

test('an upstream takes the records and loses the answer', async () => {
  const upstream = await loki({ kind: 'lost-answer' });
  expect(await push(upstream)).toMatch(/^(?:ECONNRESET|UND_ERR_SOCKET)$/);
  expect(upstream.received).toHaveLength(1);
});

test('an upstream hangs until its client gives up, and closes all the same', async () => {
  const upstream = await loki({ kind: 'hang' });
  expect(await push(upstream, 1, AbortSignal.timeout(50))).toBe('TimeoutError');
  expect(upstream.received).toHaveLength(0);
});

test('an upstream goes down and comes back on the same port with what it had', async () => {
  const upstream = await startLoki();
  open.push(upstream);
  const { port } = upstream;
  expect(await push(upstream)).toBe(204);
  await upstream.down();
  expect(await push(upstream)).toBe('ECONNREFUSED');
  await upstream.up();
  expect([upstream.port, await push(upstream)]).toEqual([port, 204]);
  expect(upstream.received).toHaveLength(2);
});

test.each([
  ['hang', 0, 0],
  ['reset', 0, 0],
  ['lost-answer', 1, 0],
  ['status', 0, 1],
] as const)('a forward upstream in trouble (%s) sends no ack of its own', async (kind, taken, answers) => {
  const trouble = { kind, after: 0, status: 500 } as Trouble;
  const upstream = await startForward({ troubles: () => trouble });
  open.push(upstream);
  const socket = connect(upstream.port, '127.0.0.1');
  let came = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    came = Buffer.concat([came, bytes]);
  });
  socket.on('error', () => {});
  socket.end(encode(['t', 1, { a: 1 }, { chunk: 'c' }]));
  await new Promise((done) => socket.once('close', done));
  expect(upstream.received).toHaveLength(taken);
  expect(came.equals(Buffer.from(answers === 0 ? [] : encode({ ack: 'another chunk' })))).toBe(true);
});
