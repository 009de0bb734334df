import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mintRecords } from '../support/clients/records.ts';
import { type Bench, expectSilentLog, startBench, watch } from '../support/proxy/bench.ts';
import { HTTP_CASES, TOKEN } from '../support/proxy/cases.ts';
import { type Closing, closeAll, startProgram } from '../support/proxy/program.ts';
import { ask } from '../support/proxy/wire.ts';
import { type ElasticsearchOptions, startElasticsearch } from '../support/upstreams/elasticsearch.ts';
import { type Answer, type HttpUpstream, startHttp } from '../support/upstreams/http-upstream.ts';

const closing: Closing = [];
let bench: Bench;
beforeAll(async () => {
  bench = await startBench(closing, ['--log-level', 'debug']);
});
afterAll(() => closeAll(closing));

const BULK = HTTP_CASES.find(({ name }) => name === 'elasticsearch _bulk')!;
const HEC = HTTP_CASES.find(({ name }) => name === 'splunk-hec events')!;

test('clients that ask for the nodes are sent to the address that they used', async () => {
  const seen = bench.upstream(BULK).seen.length;
  for (const path of [
    '/_nodes/_all/http',
    '/_nodes/http',
    '/_nodes',
    '/%5fnodes/_all/http?filter_path=nodes',
  ]) {
    const got = await ask(bench.port(BULK), {
      method: 'GET',
      path,
      headers: { host: 'proxy.shop.svc:9200' },
    });
    const { nodes } = JSON.parse(got.body) as {
      nodes: Record<string, { http: { publish_address: string } }>;
    };
    expect(Object.values(nodes).map(({ http }) => http.publish_address)).toEqual(['proxy.shop.svc:9200']);
    expect(got.headers['x-elastic-product']).toBe('Elasticsearch');
  }
  expect(bench.upstream(BULK).seen).toHaveLength(seen);
});

test('blank lines, CRLF and the order of the items of a _bulk body stay, and the answers are in order', async () => {
  const { records } = mintRecords(6);
  const { token } = bench.minted.secrets;
  const parts = records.map(({ id }, at) =>
    at % 3 === 2
      ? `{"delete":{"_index":"shop","_id":"${id}"}}\n`
      : `{"index":{"_index":"shop","_id":"${id}"}}${at % 2 ? '\r' : ''}\n{"m":"a ${token} b","at":${at}}\n\n`,
  );
  const came = watch(bench, BULK);
  const got = await ask(bench.port(BULK), { path: '/_bulk', headers: BULK.headers }, [
    Buffer.from(parts.join('')),
  ]);
  const { items } = JSON.parse(got.body) as { items: Record<string, { _id: string }>[] };
  expect(items.flatMap((item) => Object.entries(item).map(([name, { _id }]) => [name, _id]))).toEqual(
    records.map(({ id }, at) => [at % 3 === 2 ? 'delete' : 'index', id]),
  );
  const bare = (text: string): string => text.replaceAll(/a \S+ b/g, 'a b');
  expect(bare(came().wire.toString())).toBe(bare(parts.join('')));
  expect(came().wire.includes(token!)).toBe(false);
});

test('what a mapping refused is told without the value that it quotes', async () => {
  const options: ElasticsearchOptions = { refuses: () => true };
  const upstream = await startElasticsearch(options);
  closing.push(() => upstream.close());
  const { secrets } = bench.minted;
  const routes = [`elasticsearch 127.0.0.1:0 http://127.0.0.1:${upstream.port}`];
  const program = await startProgram({ routes, secrets }, closing);
  const body = Buffer.from(`{"index":{}}\n${JSON.stringify({ m: secrets.awkward })}\n`);
  const got = await ask(program.ports[0]!, { path: BULK.path, headers: BULK.headers }, [body]);
  expect(got.body).toMatch(/Preview of field's value: '\[REDACTED:[^\]]*awkward\]'/);
});

test('acknowledgements and health of HEC are asked of upstream', async () => {
  const channel = { ...HEC.headers, 'x-splunk-request-channel': randomUUID() };
  const port = bench.port(HEC);
  const sent = await ask(port, { path: HEC.path, headers: channel }, [HEC.body(bench.minted.records)]);
  expect(JSON.parse(sent.body)).toEqual({ text: 'Success', code: 0, ackId: 0 });
  for (const path of ['/services/collector/ack', '/services/collector/ack/1.0']) {
    const acks = await ask(port, { path, headers: channel }, [Buffer.from('{"acks":[0,1]}')]);
    expect(JSON.parse(acks.body)).toEqual({ acks: { 0: true, 1: false } });
  }
  for (const path of ['/services/collector/health', '/services/collector/health/1.0'])
    expect(JSON.parse((await ask(port, { method: 'GET', path })).body)).toMatchObject({ code: 17 });
});

test('tokens in headers and in the query reach upstream, and stand in no log at debug', async () => {
  for (const one of HTTP_CASES) {
    const path = `${one.path}?token=${TOKEN}&channel=${randomUUID()}`;
    const { authorization: _, ...headers } = one.headers;
    const sent = one.protocol === 'splunk-hec' ? headers : { ...one.headers, 'x-api-key': TOKEN };
    const got = await ask(bench.port(one), { path, headers: sent }, [one.body(bench.minted.records)]);
    expect(got.status).toBe(one.success);
    const { url, headers: came } = bench.upstream(one).seen.at(-1)!;
    expect(url).toBe(path);
    if (one.protocol !== 'splunk-hec') expect(came).toMatchObject({ ...sent });
  }
  // Trouble with them must not tell them either.
  await bench.upstream(HEC).down();
  const asked = { path: `${HEC.path}?token=${TOKEN}`, headers: HEC.headers };
  expect((await ask(bench.port(HEC), asked, [HEC.body(bench.minted.records)])).status).toBe(503);
  await bench.upstream(HEC).up();
  expect(bench.program.lines('E_PROXY_BUSY')).toHaveLength(1);
  expectSilentLog(bench);
});

test('while the first of two upstreams is away the second has its requests, and the first again later', async () => {
  const pair: HttpUpstream[] = [await startElasticsearch(), await startElasticsearch()];
  for (const upstream of pair) closing.push(() => upstream.close());
  const routes = [
    `elasticsearch 127.0.0.1:0 ${pair.map(({ port }) => `http://127.0.0.1:${port}`).join(' ')}`,
  ];
  const program = await startProgram({ routes, secrets: bench.minted.secrets }, closing);
  const counts = async (): Promise<number[]> => {
    const body = [BULK.body(bench.minted.records)];
    expect((await ask(program.ports[0]!, { path: BULK.path, headers: BULK.headers }, body)).status).toBe(200);
    return pair.map(({ seen }) => seen.length);
  };
  expect(await counts()).toEqual([1, 0]);
  await pair[0]!.down();
  expect([await counts(), await counts()]).toEqual([
    [1, 1],
    [1, 2],
  ]);
  await pair[0]!.up();
  for (let tries = 0; tries < 100 && pair[0]!.seen.length === 1; tries++) {
    await counts();
    await new Promise((done) => setTimeout(done, 100));
  }
  expect(pair[0]!.seen).toHaveLength(2);
});

test('the next request goes to another upstream when one gave no answer, and is sent once only', async () => {
  const pair = [
    await startElasticsearch({ troubles: () => ({ kind: 'lost-answer' }) }),
    await startElasticsearch(),
  ];
  for (const upstream of pair) closing.push(() => upstream.close());
  const routes = [
    `elasticsearch 127.0.0.1:0 ${pair.map(({ port }) => `http://127.0.0.1:${port}`).join(' ')}`,
  ];
  const program = await startProgram({ routes, secrets: bench.minted.secrets }, closing);
  const statuses: number[] = [];
  for (let n = 0; n < 2; n++) {
    const body = [BULK.body(bench.minted.records)];
    statuses.push((await ask(program.ports[0]!, { path: BULK.path, headers: BULK.headers }, body)).status);
  }
  expect(statuses).toEqual([503, 200]);
  expect(pair.map(({ received }) => received.length)).toEqual([3, 3]);
});

test('an answer that is compressed, or not what it says, is no reason to send again', async () => {
  const answers: Answer[] = [
    {
      status: 200,
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(`{"quoted":"${bench.minted.secrets.token}"}`),
    },
    { status: 200, headers: { 'content-type': 'application/x-protobuf' }, body: Buffer.from([0xff]) },
  ];
  let next = 0;
  const protocol = { handle: () => answers[next++]!, failure: (status: number) => ({ status }) };
  const upstream = await startHttp(protocol);
  closing.push(() => upstream.close());
  const routes = [`otlp 127.0.0.1:0 http://127.0.0.1:${upstream.port}`];
  const program = await startProgram({ routes, secrets: bench.minted.secrets }, closing);
  const one = HTTP_CASES.find(({ name }) => name === 'otlp protobuf')!;
  const post = (): ReturnType<typeof ask> =>
    ask(program.ports[0]!, { path: one.path, headers: one.headers }, [one.body(bench.minted.records)]);
  const first = await post();
  expect([first.status, first.headers['content-encoding']]).toEqual([200, undefined]);
  expect(first.body).toMatch(/^\{"quoted":"\[REDACTED:[^\]]*token\]"\}$/);
  const second = await post();
  expect([second.status, second.body]).toEqual([200, '']);
});
