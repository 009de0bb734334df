import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { startProxy } from '../support/clients/proxy.ts';
import { ask, type Got } from '../support/proxy/wire.ts';

const VALUE = `it's "${randomBytes(9).toString('hex')}"`;
const MASK = /\[REDACTED:[^\]]*db\]/;
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface Seen {
  readonly body: Buffer;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** A store that keeps bodies and says what it got, as error bodies do. */
async function startStore(seen: Seen[], answer = (body: Buffer): Buffer => body): Promise<Server> {
  const server = createServer((asked, response) => {
    const chunks: Buffer[] = [];
    asked.on('data', (chunk: Buffer) => chunks.push(chunk));
    asked.on('end', () => {
      const body = Buffer.concat(chunks);
      seen.push({ body, headers: asked.headers });
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(answer(body));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closing.push(
    () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  );
  return server;
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;
const start = (port: number): Promise<number> =>
  startProxy({ port, client: { kind: 'elasticsearch', transport: 'http' }, secrets: { db: VALUE } }, closing);

const post = (
  port: number,
  chunks: readonly Uint8Array[],
  headers: Record<string, string> = {},
): Promise<Got> => ask(port, { path: '/shop/_bulk', headers }, chunks);

const bulk = (lines: number): Buffer =>
  Buffer.from(
    Array.from(
      { length: lines },
      (_, n) => `{"index":{"_id":"${n}"}}\n${JSON.stringify({ m: VALUE, n })}\n`,
    ).join(''),
  );

test('a body goes on redacted and its answer comes back redacted, in any chunks and encodings', async () => {
  const seen: Seen[] = [];
  const port = await start(
    portOf(await startStore(seen, () => Buffer.from(JSON.stringify({ reason: VALUE })))),
  );
  const plain = bulk(3);
  const byBytes = Array.from(plain, (_, at) => plain.subarray(at, at + 1));
  for (const chunks of [[plain], byBytes]) {
    const got = await post(port, chunks);
    expect(got.status).toBe(200);
    expect((JSON.parse(got.body) as { reason: string }).reason).toMatch(MASK);
  }
  await post(port, [gzipSync(plain)], { 'content-encoding': 'gzip' });
  const bodies = seen.map(({ body, headers }) =>
    headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body,
  );
  expect(bodies).toHaveLength(3);
  for (const body of bodies) {
    const lines = body.toString().trimEnd().split('\n');
    expect(lines).toHaveLength(6);
    for (const line of lines.filter((_, at) => at % 2 === 1))
      expect((JSON.parse(line) as { m: string }).m).toMatch(MASK);
  }
});

test('a body of 20 MB streams through, every line of it valid and redacted', async () => {
  const seen: Seen[] = [];
  const port = await start(portOf(await startStore(seen, () => Buffer.from('{}'))));
  const lines = 200_000;
  expect((await post(port, [bulk(lines)])).status).toBe(200);
  const got = seen[0]!.body.toString().trimEnd().split('\n');
  expect(got).toHaveLength(2 * lines);
  expect(got.filter((line, at) => at % 2 === 1 && !MASK.test((JSON.parse(line) as { m: string }).m))).toEqual(
    [],
  );
});

test('what is no gzip, or half of one, is refused with 400 and does not go on as a whole body', async () => {
  const seen: Seen[] = [];
  const port = await start(portOf(await startStore(seen)));
  const whole = gzipSync(bulk(10));
  for (const body of [Buffer.from('no gzip'), whole.subarray(0, whole.length - 9)])
    expect((await post(port, [body], { 'content-encoding': 'gzip' })).status).toBe(400);
  expect((await post(port, [bulk(1)], { 'content-encoding': 'br' })).status).toBe(415);
  expect(seen).toEqual([]);
});

test('an upstream that is away is 503 with Retry-After, and the same client gets through once it is back', async () => {
  const seen: Seen[] = [];
  const store = await startStore(seen);
  const at = portOf(store);
  const port = await start(at);
  await new Promise<void>((done) => store.close(() => done()));
  const got = await post(port, [bulk(1)]);
  expect([got.status, got.headers['retry-after']]).toEqual([503, '1']);
  await new Promise<void>((done) => store.listen(at, '127.0.0.1', done));
  expect((await post(port, [bulk(1)])).status).toBe(200);
  expect(seen).toHaveLength(1);
});

test('a request with both lengths, or for another host, is refused', async () => {
  const seen: Seen[] = [];
  const port = await start(portOf(await startStore(seen)));
  const raw = (text: string): Promise<string> =>
    new Promise((done) => {
      let got = '';
      const socket = connect(port, '127.0.0.1', () => socket.end(text));
      socket.on('data', (bytes) => {
        got += bytes.toString();
      });
      socket.on('close', () => done(got));
      socket.on('error', () => {});
    });
  const both =
    'POST /a/_bulk HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n';
  expect(await raw(both)).toMatch(/^HTTP\/1\.1 400 /);
  expect(await raw('GET http://elsewhere/ HTTP/1.1\r\nHost: elsewhere\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  expect(seen).toEqual([]);
});
