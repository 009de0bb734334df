import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LONG } from '../campaigns/size.ts';
import { type Bench, expectRedacted, expectSilentLog, startBench, watch } from '../support/proxy/bench.ts';
import { HTTP_CASES, type HttpCase } from '../support/proxy/cases.ts';
import { type Closing, closeAll } from '../support/proxy/program.ts';
import { chunkBytes, headBytes, RawClient, requestBytes } from '../support/proxy/wire.ts';

const closing: Closing = [];
let bench: Bench;
beforeAll(async () => {
  bench = await startBench(closing);
});
afterAll(() => closeAll(closing));

const requestOf = (one: HttpCase): Buffer =>
  requestBytes({ path: one.path, headers: one.headers }, one.body(bench.minted.records));

describe.each(HTTP_CASES)('$name', (one) => {
  test('requests in a row on one connection, not one awaited, are each answered, in order', async () => {
    const came = watch(bench, one);
    const raw = RawClient.open(bench.port(one));
    // The last has no route, or no document in it: its answer differs from the others.
    const bad = requestBytes({ path: '/no/../way', headers: one.headers }, Buffer.from('{}'));
    raw.write(Buffer.concat([requestOf(one), requestOf(one), requestOf(one), bad]));
    expect((await raw.answers(4)).map(({ status }) => status)).toEqual([
      one.success,
      one.success,
      one.success,
      400,
    ]);
    await raw.close();
    expectRedacted(bench, came(), 3);
  });
});

/** Longer than the 5 s after which Node's own server closes an idle connection. */
const IDLE_MS = LONG ? 30_000 : 6_000;
const ROUNDS = LONG ? 20 : 1;
test('a connection that was idle for seconds is used again', { timeout: 1_200_000 }, async () => {
  const clients = HTTP_CASES.map((one) => ({ one, raw: RawClient.open(bench.port(one)) }));
  for (let round = 0; round <= ROUNDS; round++) {
    if (round > 0) await new Promise((done) => setTimeout(done, IDLE_MS));
    for (const { one, raw } of clients) expect(await raw.write(requestOf(one)).status()).toBe(one.success);
  }
  for (const { raw } of clients) await raw.close();
});

/** Heads that two servers could read in two ways, or that none may take; behind each stands a body. */
const smuggled: readonly (readonly [string, string, number])[] = [
  ['both lengths', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', 400],
  ['two Content-Lengths that differ', 'Content-Length: 4\r\nContent-Length: 5\r\n', 400],
  ['two Content-Lengths that agree', 'Content-Length: 4\r\nContent-Length: 4\r\n', 400],
  ['a Content-Length with a sign', 'Content-Length: +4\r\n', 400],
  ['a list of Content-Lengths', 'Content-Length: 4, 4\r\n', 400],
  ['a Content-Length in hex', 'Content-Length: 0x4\r\n', 400],
  ['xchunked', 'Transfer-Encoding: xchunked\r\n', 400],
  ['chunked twice', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n', 400],
  ['chunked, then identity', 'Transfer-Encoding: chunked, identity\r\n', 400],
  ['gzip, then chunked', 'Transfer-Encoding: gzip, chunked\r\n', 400],
  ['identity, then chunked', 'Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n', 400],
  ['a vertical tab in it', 'Transfer-Encoding: \x0bchunked\r\n', 400],
  ['a space before the colon', 'Transfer-Encoding : chunked\r\n', 400],
  ['a folded header', 'Transfer-Encoding:\r\n chunked\r\n', 400],
  ['a folded header that is not of the framing', 'X-Note: a\r\n b\r\nContent-Length: 4\r\n', 400],
  ['a bare LF', 'X-Note: a\nContent-Length: 4\r\n', 400],
  ['a bare CR', 'X-Note: a\rContent-Length: 4\r\n', 400],
  ['NUL in a value', 'X-Note: a\0\r\nContent-Length: 4\r\n', 400],
  ['no name', ': a\r\nContent-Length: 4\r\n', 400],
  ['two hosts', 'Host: a\r\nContent-Length: 4\r\n', 400],
];

describe('a request that can be read in two ways', () => {
  const one = HTTP_CASES.find(({ name }) => name === 'elasticsearch _bulk')!;
  test.each(smuggled)('is refused: %s', async (_, head, status) => {
    const seen = bench.upstream(one).seen.length;
    const said = bench.program.troubles.length;
    const raw = RawClient.open(bench.port(one));
    const type = 'Content-Type: application/x-ndjson\r\n';
    raw.write(`POST /shop/_bulk HTTP/1.1\r\nHost: proxy\r\n${type}${head}\r\n`);
    raw.write(`0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: proxy\r\n\r\n`);
    const answers = await raw.answers(2);
    expect(answers.map((got) => got.status)).toEqual([status]);
    await raw.closed;
    expect(bench.upstream(one).seen).toHaveLength(seen);
    expect(bench.program.troubles.length - said).toBeLessThanOrEqual(1);
  });

  test.each([
    ['an absolute URL', 'http://elsewhere/shop/_bulk'],
    ['dots', '/shop/../_bulk'],
    ['dots, escaped', '/shop/%2e%2e/_bulk'],
    ['half an escape', '/shop/%2/_bulk'],
    ['a fragment', '/shop/_bulk#here'],
    ['a backslash', '/shop\\_bulk'],
    ['a bare word', 'shop'],
  ])('is refused for its target: %s', async (_, path) => {
    const seen = bench.upstream(one).seen.length;
    const raw = RawClient.open(bench.port(one));
    raw.write(requestBytes({ path, headers: one.headers }, one.body(bench.minted.records)));
    expect(await raw.status()).toBe(400);
    await raw.close();
    expect(bench.upstream(one).seen).toHaveLength(seen);
  });

  test('a head of 33 kB is 431, and one with 8 kB of tokens passes', async () => {
    const raw = RawClient.open(bench.port(one));
    const long = (length: number): Record<string, string> => ({
      ...one.headers,
      'x-long': 'x'.repeat(length),
    });
    raw.write(requestBytes({ path: one.path, headers: long(8_000) }, one.body(bench.minted.records)));
    expect(await raw.status()).toBe(200);
    raw.write(headBytes({ path: one.path, headers: long(33_000) }));
    expect(await raw.status()).toBe(431);
    await raw.closed;
  });
});

test('what breaks behind a request under way does not stand for its answer', async () => {
  const one = HTTP_CASES.find(({ name }) => name === 'loki JSON')!;
  bench.meet({ kind: 'hang' });
  const raw = RawClient.open(bench.port(one)).write(requestOf(one), 'no HTTP\r\n\r\n');
  // 400 would tell the client to throw away what upstream may have.
  expect(await raw.status()).toBe(null);
  bench.meet(null);
});

test('a chunk that is none ends the request with 400, and nothing of it goes on as a whole body', async () => {
  for (const one of HTTP_CASES) {
    const seen = bench.upstream(one).seen.length;
    const headers = { ...one.headers, 'transfer-encoding': 'chunked' };
    const raw = RawClient.open(bench.port(one)).write(headBytes({ path: one.path, headers }));
    raw.write(chunkBytes(one.body(bench.minted.records)), 'no chunk\r\n');
    expect(await raw.status()).toBe(400);
    await raw.closed;
    expect(bench.upstream(one).seen).toHaveLength(seen);
  }
});

test.runIf(LONG)(
  'heads and bodies that trickle end with 408 in their time',
  { timeout: 600_000 },
  async () => {
    const one = HTTP_CASES[0]!;
    const body = gzipSync(one.body(bench.minted.records));
    // The name of one more header, letter by letter; a body, byte by byte.
    const begun = [
      [headBytes({ path: one.path }).subarray(0, -2), Buffer.from('x')],
      [headBytes({ path: one.path, headers: { 'content-length': '9999' } }), body.subarray(0, 1)],
    ] as const;
    const ends = begun.map(async ([start, more]) => {
      const raw = RawClient.open(bench.port(one)).write(start);
      const trickle = setInterval(() => raw.write(more), 2_000);
      const status = await raw.status();
      clearInterval(trickle);
      return status;
    });
    expect(await Promise.all(ends)).toEqual([408, 408]);
  },
);

test('nothing of all this came to an upstream or stands in the log', () => {
  const urls = HTTP_CASES.flatMap((one) => bench.upstream(one).seen.map(({ url }) => url));
  expect(urls.filter((url) => !HTTP_CASES.some(({ path }) => path === url))).toEqual([]);
  expectSilentLog(bench);
});
