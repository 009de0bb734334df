import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type Bench,
  expectNothingRaw,
  expectRedacted,
  expectSilentLog,
  startBench,
  watch,
} from '../support/proxy/bench.ts';
import { HTTP_CASES, type HttpCase, TOKEN } from '../support/proxy/cases.ts';
import { type Closing, closeAll, startProgram } from '../support/proxy/program.ts';
import { Tap } from '../support/proxy/tap.ts';
import { until } from '../support/proxy/wait.ts';
import { ask, chunkBytes, headBytes, RawClient, requestBytes } from '../support/proxy/wire.ts';

const closing: Closing = [];
let bench: Bench;
beforeAll(async () => {
  bench = await startBench(closing);
});
afterEach(() => bench.meet(null));
afterAll(() => closeAll(closing));

const COUNT = 30;
const requestOf = (one: HttpCase): Buffer =>
  requestBytes({ path: one.path, headers: one.headers }, one.body(bench.minted.records));

async function whole(one: HttpCase): Promise<void> {
  const came = watch(bench, one);
  const asked = { path: one.path, headers: one.headers };
  expect((await ask(bench.port(one), asked, [one.body(bench.minted.records)])).status).toBe(one.success);
  expectRedacted(bench, came());
}

/** Connects, writes, and goes away, many times; then the proxy holds no more than before, and lives on. */
async function vanish(one: HttpCase, bytes: Buffer): Promise<void> {
  await whole(one);
  const before = bench.program.descriptors;
  const clients = Array.from({ length: COUNT }, () => RawClient.open(bench.port(one)).write(bytes));
  await until('the proxy has the connections', () => bench.program.descriptors >= before + COUNT / 2);
  for (const client of clients) await client.close();
  await until('the connections are gone', () => bench.program.descriptors <= before);
  bench.meet(null);
  await whole(one);
}

describe.each(HTTP_CASES)('$name', (one) => {
  test('a client that goes away within its body leaves nothing at upstream and nothing behind', async () => {
    const seen = bench.upstream(one).seen.length;
    const bytes = requestOf(one);
    await vanish(one, bytes.subarray(0, bytes.length - 10));
    expect(bench.upstream(one).seen).toHaveLength(seen + 2);
  });

  test('a connection that ends in the middle of gzip is no whole body', async () => {
    const seen = bench.upstream(one).seen.length;
    const body = gzipSync(one.body(bench.minted.records));
    const headers = { ...one.headers, 'content-encoding': 'gzip' };
    const bytes = requestBytes({ path: one.path, headers }, body);
    await vanish(one, bytes.subarray(0, bytes.length - 12));
    expect(bench.upstream(one).seen).toHaveLength(seen + 2);
  });
});

describe('a long body', () => {
  const one = HTTP_CASES.find(({ name }) => name === 'elasticsearch _bulk')!;

  test('that ends in its middle ends so at upstream too, redacted up to there', async () => {
    const tap = await Tap.start(closing);
    const routes = [`elasticsearch 127.0.0.1:0 http://127.0.0.1:${tap.port}`];
    const program = await startProgram({ routes, secrets: bench.minted.secrets }, closing);
    const raw = RawClient.open(program.ports[0]!);
    raw.write(headBytes({ path: one.path, headers: { ...one.headers, 'transfer-encoding': 'chunked' } }));
    const body = one.body(bench.minted.records);
    for (let size = 0; size < 800_000; size += body.length) raw.write(chunkBytes(body));
    raw.write('1000\r\n', body.subarray(0, body.length - 5));
    await until('upstream has most of it', () => tap.bytes.length > 260_000);
    await raw.close();
    await until('the connection to upstream is gone', () => tap.connections === 0);
    const { bytes } = tap;
    expect(bytes.includes(`authorization: ${one.headers.authorization}`)).toBe(true);
    expect(bytes.subarray(-5).toString()).not.toBe('0\r\n\r\n');
    expectNothingRaw(
      bench,
      Buffer.from(bytes.toString('latin1').replace(/\r\n[0-9a-f]+\r\n/g, ''), 'latin1'),
    );
    expect(program.said.includes(TOKEN)).toBe(false);
  });

  test('that upstream cannot take is let go of', async () => {
    const part = Buffer.alloc(1_000_000, 'x ');
    const send = async (): Promise<void> => {
      const asked = { path: one.path, headers: { ...one.headers, 'content-length': String(part.length) } };
      expect((await ask(bench.port(one), asked, [part])).status).toBe(503);
    };
    await bench.upstream(one).down();
    for (let n = 0; n < 20; n++) await send();
    const before = bench.program.residentBytes;
    // Each kept its first 256 kB, and a redactor, for as long as the proxy lived.
    for (let n = 0; n < 200; n++) await send();
    expect(bench.program.residentBytes - before).toBeLessThan(40_000_000);
    await bench.upstream(one).up();
    await whole(one);
  });
});

test('a client that goes away before the answer takes its connection to upstream with it', async () => {
  const one = HTTP_CASES.find(({ name }) => name === 'loki JSON')!;
  bench.meet({ kind: 'hang' });
  const asked = { path: one.path, headers: one.headers };
  const bytes = requestBytes(asked, one.body(bench.minted.records));
  const before = bench.program.descriptors;
  const met = bench.met();
  const clients = Array.from({ length: COUNT }, () => RawClient.open(bench.port(one)).write(bytes));
  await until('the requests are at upstream', () => bench.met() === met + COUNT);
  for (const client of clients) await client.close();
  // undici opens one more in place of each that it aborts, and closes that after its idle time.
  await until('the connections are gone', () => bench.program.descriptors <= before);
  bench.meet(null);
  await whole(one);
});

test('a client that goes away within a long answer ends that answer', async () => {
  const one = HTTP_CASES.find(({ protocol }) => protocol === 'elasticsearch')!;
  const tap = await Tap.start(closing);
  const routes = [`elasticsearch 127.0.0.1:0 http://127.0.0.1:${tap.port}`];
  const program = await startProgram({ routes, secrets: bench.minted.secrets }, closing);
  const before = program.descriptors;
  const clients = Array.from({ length: COUNT }, () =>
    RawClient.open(program.ports[0]!).write(
      headBytes({ method: 'GET', path: '/_search', headers: one.headers }),
    ),
  );
  await until('upstream was asked', () => tap.connections === COUNT);
  // Answers of 10 MB, which the clients do not read.
  for (const client of clients) client.socket.pause();
  tap.answer(`HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n`, Buffer.alloc(9_000_000, 'a '));
  await until('the answers are under way', () => clients.every(({ socket }) => socket.readableLength > 0));
  for (const client of clients) await client.close();
  await until('both sides are gone', () => tap.connections === 0 && program.descriptors <= before);
});

test('nothing of all this stands in the log', () => expectSilentLog(bench));
