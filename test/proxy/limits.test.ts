import { afterEach, describe, expect, test } from 'vitest';
import { type Bench, expectRedacted, expectSilentLog, startBench, watch } from '../support/proxy/bench.ts';
import { HTTP_CASES, type HttpCase, lokiPush } from '../support/proxy/cases.ts';
import { type Closing, closeAll } from '../support/proxy/program.ts';
import { until } from '../support/proxy/wait.ts';
import { ask, chunkBytes, headBytes, RawClient, requestBytes } from '../support/proxy/wire.ts';

const closing: Closing = [];
afterEach(() => closeAll(closing));

const requestOf = (bench: Bench, one: HttpCase): Buffer =>
  requestBytes({ path: one.path, headers: one.headers }, one.body(bench.minted.records));
const status = (port: number): Promise<number | null> =>
  ask(port, { method: 'GET', path: '/readyz' }).then(
    (got) => got.status,
    () => null,
  );

/** The port of the probes, which the program names. */
const probes = ({ program }: Bench): number =>
  Number(/127\.0\.0\.1:(\d+)/.exec(program.lines('METRICS').join('') || program.said)![1]);

test('a body over --max-body is 413 in every protocol, whole or chunked, and none of it arrives', async () => {
  const bench = await startBench(closing, ['--max-body', '64KiB']);
  const records = Array.from({ length: 80 }, () => bench.minted.records).flat();
  for (const one of HTTP_CASES) {
    const body = one.body(records);
    // Loki's block is smaller: what counts is what was in it.
    expect(one.form === 'snappy' ? lokiPush(records).length : body.length).toBeGreaterThan(64 * 1024);
    const seen = bench.upstream(one).seen.length;
    for (const request of [
      requestBytes({ path: one.path, headers: one.headers }, body),
      Buffer.concat([
        headBytes({ path: one.path, headers: { ...one.headers, 'transfer-encoding': 'chunked' } }),
        chunkBytes(body),
        Buffer.from('0\r\n\r\n'),
      ]),
    ]) {
      const raw = RawClient.open(bench.port(one)).write(request);
      expect([one.name, await raw.status()]).toEqual([one.name, 413]);
      // The connection is good for a smaller one.
      expect(await raw.write(requestOf(bench, one)).status()).toBe(one.success);
      await raw.close();
    }
    expect(bench.upstream(one).seen).toHaveLength(seen + 2);
  }
  expectSilentLog(bench);
});

test('one connection more than --max-connections is closed at once, and there is room again after', async () => {
  const bench = await startBench(closing, ['--max-connections', '3']);
  const [one] = HTTP_CASES as [HttpCase];
  const clients: RawClient[] = [];
  for (let n = 0; n < 3; n++) {
    const raw = RawClient.open(bench.port(one)).write(requestOf(bench, one));
    expect(await raw.status()).toBe(200);
    clients.push(raw);
  }
  const late = RawClient.open(bench.port(one)).write(requestOf(bench, one));
  expect(await late.status()).toBe(null);
  await clients.pop()!.close();
  await until('there is room', async () => {
    const raw = RawClient.open(bench.port(one)).write(requestOf(bench, one));
    const got = await raw.status();
    await raw.close();
    return got === 200;
  });
  for (const raw of clients) await raw.close();
});

describe('TERM', () => {
  test('readiness falls, what is under way finishes, and then no connection is taken', async () => {
    const bench = await startBench(closing, ['--drain', '20s', '--metrics', '127.0.0.1:0']);
    const port = probes(bench);
    expect(await status(port)).toBe(200);
    const begun = HTTP_CASES.map((one) => {
      const bytes = requestOf(bench, one);
      const idle = RawClient.open(bench.port(one));
      const raw = RawClient.open(bench.port(one)).write(bytes.subarray(0, bytes.length - 7));
      return { one, raw, idle, rest: bytes.subarray(bytes.length - 7), came: watch(bench, one) };
    });
    // Each is known to have arrived once a later one was answered.
    const last = RawClient.open(bench.port(HTTP_CASES[0]!)).write(requestOf(bench, HTTP_CASES[0]!));
    expect(await last.status()).toBe(200);
    const came = begun.map(({ one }) => watch(bench, one));
    bench.program.terminate();
    await until('readiness fell', async () => (await status(port)) === 503);
    // Load balancers have not heard of it yet: new clients are taken, and told to go.
    const [one] = HTTP_CASES as [HttpCase];
    const [got] = await RawClient.open(bench.port(one)).write(requestOf(bench, one)).answers(1);
    expect([got!.status, got!.headers.connection]).toEqual([200, 'close']);
    await until('new connections are refused', async () => {
      const raw = RawClient.open(bench.port(one)).write(requestOf(bench, one));
      return (await raw.status()) === null;
    });
    for (const { raw, rest, one: of } of begun) expect(await raw.write(rest).status()).toBe(of.success);
    for (const { raw, idle } of begun) await Promise.all([raw.closed, idle.closed]);
    expect(await bench.program.ended).toBe(0);
    expect(came.flatMap((seen) => seen().faults)).toEqual([]);
    const loki = begun.find(({ one: of }) => of.name === 'otlp JSON')!;
    expectRedacted(bench, loki.came(), 2);
    expectSilentLog(bench);
  });

  test('what does not end within --drain is cut off, and the exit code is 0 all the same', async () => {
    const bench = await startBench(closing, ['--drain', '1s']);
    bench.meet({ kind: 'hang' });
    const clients = HTTP_CASES.map((one) => RawClient.open(bench.port(one)).write(requestOf(bench, one)));
    await until('upstream has them', () => bench.met() === HTTP_CASES.length);
    bench.program.terminate();
    for (const raw of clients) expect(await raw.status()).toBe(null);
    expect(await bench.program.ended).toBe(0);
  });
});
