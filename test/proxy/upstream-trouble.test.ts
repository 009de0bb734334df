import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Bench, expectRedacted, expectSilentLog, startBench, watch } from '../support/proxy/bench.ts';
import { HTTP_CASES, type HttpCase } from '../support/proxy/cases.ts';
import { type Closing, closeAll } from '../support/proxy/program.ts';
import { chunkBytes, type Got, headBytes, RawClient, requestBytes } from '../support/proxy/wire.ts';

const closing: Closing = [];
let bench: Bench;
beforeAll(async () => {
  bench = await startBench(closing, ['--upstream-timeout', '500ms']);
});
afterEach(() => bench.meet(null));
afterAll(() => closeAll(closing));

/** The case's request, its body small or too large to be held; text is padded with white space, a protobuf with unknown fields. */
function bytesOf(one: HttpCase): Buffer {
  return requestBytes({ path: one.path, headers: one.headers }, one.body(bench.minted.records));
}

/** One request on a connection, then the case's own on the same one if it still stands. */
async function answered(one: HttpCase, request: Buffer): Promise<Got> {
  const raw = RawClient.open(bench.port(one)).write(request);
  const [got] = await raw.answers(1);
  bench.meet(null);
  // A connection that is kept must still work.
  if (got !== undefined && got.headers.connection !== 'close')
    expect(await raw.write(bytesOf(one)).status()).toBe(one.success);
  await raw.close();
  if (got === undefined) throw new Error('the connection ended without an answer');
  return got;
}

/** That a client of the protocol tries again, and soon. */
function expectBusy(one: HttpCase, got: Got): void {
  expect([got.status, got.headers['retry-after']]).toEqual([503, '1']);
  if (one.protocol === 'splunk-hec')
    expect(JSON.parse(got.body)).toEqual({ text: 'Server is busy', code: 9 });
  if (one.form === 'protobuf') expect(got.headers['content-type']).toBe('application/x-protobuf');
}

describe.each(HTTP_CASES)('$name', (one) => {
  test.each([429, 500, 503])(
    '%i of upstream reaches the client with its Retry-After, and the next gets through',
    async (status) => {
      bench.meet({ kind: 'status', status, retryAfter: 7 });
      const came = watch(bench, one);
      const got = await answered(one, bytesOf(one));
      expect([got.status, got.headers['retry-after']]).toEqual([status, '7']);
      expectRedacted(bench, came());
    },
  );

  test('an upstream that hangs is 503 after --upstream-timeout', async () => {
    bench.meet({ kind: 'hang' });
    expectBusy(one, await answered(one, bytesOf(one)));
  });

  test.each([0, 100])('an upstream that resets after %i bytes of the body is 503', async (after) => {
    bench.meet({ kind: 'reset', after });
    expectBusy(one, await answered(one, bytesOf(one)));
  });

  test('an upstream whose answer is lost is 503: the client sends again, upstream has it twice', async () => {
    bench.meet({ kind: 'lost-answer' });
    const came = watch(bench, one);
    expectBusy(one, await answered(one, bytesOf(one)));
    expectRedacted(bench, came(), 2);
  });

  test.each([401, 413])('%i before upstream read the body reaches the client', async (status) => {
    bench.meet({ kind: 'early', status });
    expect((await answered(one, bytesOf(one))).status).toBe(status);
  });

  test('an upstream that is away is 503, and the next gets through once it is back', async () => {
    await bench.upstream(one).down();
    try {
      const raw = RawClient.open(bench.port(one)).write(bytesOf(one));
      expectBusy(one, (await raw.answers(1))[0]!);
      await raw.close();
    } finally {
      await bench.upstream(one).up();
    }
    const came = watch(bench, one);
    const raw = RawClient.open(bench.port(one)).write(bytesOf(one));
    expect(await raw.status()).toBe(one.success);
    await raw.close();
    expectRedacted(bench, came());
  });
});

/** Bodies that are passed on as they come, which a client is still sending when the answer is there: of two redactors. */
const streamed = HTTP_CASES.filter(({ name }) => /raw|_bulk/.test(name));
describe.each(streamed)('$name, in a body that is longer than what is held', (one) => {
  const part = Buffer.alloc(64 * 1024, ' ');
  /** Sends 16 MB before it reads a byte, as many clients do, and then the case's own request, if the connection stands. */
  async function begun(): Promise<Got> {
    const raw = RawClient.open(bench.port(one));
    raw.socket.pause();
    raw.write(headBytes({ path: one.path, headers: { ...one.headers, 'transfer-encoding': 'chunked' } }));
    raw.write(chunkBytes(one.body(bench.minted.records)));
    for (let sent = 0; sent < 256 && !raw.gone; sent++) {
      if (!raw.socket.write(chunkBytes(part)))
        await Promise.race([new Promise((done) => raw.socket.once('drain', done)), raw.closed]);
    }
    raw.write('0\r\n\r\n');
    raw.socket.resume();
    const [got] = await raw.answers(1);
    if (got === undefined) throw new Error('the connection ended without an answer');
    await bench.upstream(one).up();
    bench.meet(null);
    expect(await raw.write(bytesOf(one)).status()).toBe(one.success);
    await raw.close();
    return got;
  }

  test.each([401, 413])('%i before upstream read the body reaches the client', async (status) => {
    bench.meet({ kind: 'early', status });
    expect((await begun()).status).toBe(status);
  });

  test('an upstream that resets within it is 503', async () => {
    bench.meet({ kind: 'reset', after: 400_000 });
    expectBusy(one, await begun());
  });

  test('an upstream that hangs behind it is 503 after --upstream-timeout', async () => {
    bench.meet({ kind: 'hang' });
    expectBusy(one, await begun());
  });

  test('an upstream that is away is 503', async () => {
    await bench.upstream(one).down();
    expectBusy(one, await begun());
  });
});

test('nothing of all this stands in the log', () => expectSilentLog(bench));
