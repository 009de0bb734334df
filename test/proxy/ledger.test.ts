import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compress } from 'snappyjs';
import { afterEach, expect, test } from 'vitest';
import { startProxy } from '../support/clients/proxy.ts';
import type { Kind } from '../support/clients/register.ts';
import { attribute, field } from '../support/encode-protobuf.ts';

const VALUE = randomBytes(12).toString('hex');
const closing: (() => Promise<void>)[] = [];
afterEach(close);

async function close(): Promise<void> {
  for (const one of closing.splice(0).reverse()) await one();
}

type Row = { label: string; count: number; origin: unknown; stream: string };

/** What the ledger of one proxy told by its end; no byte of the value is in it. */
async function ledgerOf(
  kind: Kind,
  transport: 'http' | 'tcp' | 'udp',
  upstreamPort: number,
  send: (port: number) => Promise<void>,
): Promise<Row[]> {
  const dir = mkdtempSync(join(tmpdir(), 'unleak-ledger-'));
  const flags = ['--ledger', join(dir, 'ledger')];
  const proxy: (() => Promise<void>)[] = [];
  const client = { kind, transport };
  try {
    await send(await startProxy({ port: upstreamPort, client, secrets: { db: VALUE }, flags }, proxy));
    for (const end of proxy.splice(0)) await end();
    const text = readFileSync(join(dir, 'ledger'), 'utf8');
    expect(text).not.toContain(VALUE);
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row);
  } finally {
    for (const end of proxy) await end();
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Told {
  readonly origin: unknown;
  readonly count: number;
}

/** The rows, in any order, have these origins and counts. */
function expectTold(rows: readonly Row[], wanted: readonly Told[]): void {
  const text = ({ origin, count }: Told): string =>
    JSON.stringify([origin === null ? null : sorted(origin as object), count]);
  expect(rows.map(text).sort()).toEqual(wanted.map(text).sort());
}

const sorted = (origin: object): unknown => Object.entries(origin).sort();

interface Request {
  readonly path: string;
  readonly type?: string;
  readonly body: Uint8Array | string;
}

/** What a store that answers 200 got, and the ledger of the proxy ahead of it. */
async function httpLedger(kind: Kind, ...requests: readonly Request[]): Promise<Row[]> {
  const store = createServer((asked: IncomingMessage, response) => {
    asked.resume();
    asked.on('end', () => response.end('{}'));
  }).listen(0, '127.0.0.1');
  await once(store, 'listening');
  closing.push(() => new Promise((done) => store.close(() => done())));
  return ledgerOf(kind, 'http', (store.address() as AddressInfo).port, async (port) => {
    for (const { path, type = 'application/json', body } of requests) {
      const headers = { 'content-type': type, connection: 'close' };
      const url = `http://127.0.0.1:${port}${path}`;
      const answer = await fetch(url, { method: 'POST', headers, body: Buffer.from(body) });
      expect(answer.status).toBe(200);
      await answer.text();
    }
  });
}

const json = (...values: readonly unknown[]): string =>
  values.map((value) => JSON.stringify(value)).join('\n');

test('splunk-hec: host, source, sourcetype and index of an event, but none that holds a secret', async () => {
  const rows = await httpLedger('splunk-hec', {
    path: '/services/collector',
    body: json(
      { event: { m: VALUE }, host: 'h1', source: 's', sourcetype: '_json', index: 'main' },
      { host: 'h2', event: `${VALUE} and ${VALUE}`, time: 1 },
      { host: VALUE, event: 'harmless', index: 'main' },
      { host: `web-${VALUE}`, event: VALUE },
    ),
  });
  expectTold(rows, [
    { origin: { host: 'h1', source: 's', sourcetype: '_json', index: 'main' }, count: 1 },
    { origin: { host: 'h2' }, count: 2 },
    { origin: { index: 'main' }, count: 1 },
    { origin: null, count: 2 },
  ]);
  expect(rows.every(({ stream, label }) => stream === 'splunk-hec' && /\bdb$/.test(label))).toBe(true);
});

test('splunk-hec raw: what the query says of all lines, but none that holds a secret', async () => {
  const base64 = encodeURIComponent(Buffer.from(VALUE).toString('base64'));
  const rows = await httpLedger(
    'splunk-hec',
    {
      path: '/services/collector/raw?channel=1&host=h%201&sourcetype=nginx&index=web&source=a',
      type: 'text/plain',
      body: `one\ntwo ${VALUE}\n`,
    },
    {
      path: `/services/collector/raw?host=${VALUE}&source=${base64}&index=web`,
      type: 'text/plain',
      body: `${VALUE}\n`,
    },
  );
  expectTold(rows, [
    { origin: { host: 'h 1', source: 'a', sourcetype: 'nginx', index: 'web' }, count: 1 },
    { origin: { index: 'web' }, count: 1 },
  ]);
});

test("elasticsearch: kubernetes' names, and the index that the action or else the path names", async () => {
  const kubernetes = { namespace_name: 'shop', pod_name: 'api-7', container_name: 'api', host: 'node' };
  const rows = await httpLedger(
    'elasticsearch',
    {
      path: '/logs/_bulk',
      type: 'application/x-ndjson',
      body: `${json(
        { index: { _index: 'audit' } },
        { log: VALUE, kubernetes },
        { delete: { _index: 'other', _id: '1' } },
        { create: {} },
        { log: VALUE, kubernetes: { pod_name: VALUE } },
        { index: { _index: VALUE } },
        { log: 'harmless', index: { _index: 'no action' } },
      )}\n`,
    },
    {
      path: '/web/_doc/1',
      body: json({ log: VALUE, index: { _index: 'no' }, kubernetes: { pod_name: 'p' } }),
    },
    { path: '/_bulk', body: `${json({ index: {} }, { log: VALUE })}\n` },
  );
  expectTold(rows, [
    { origin: { _index: 'logs' }, count: 3 },
    { origin: { _index: 'web', 'kubernetes.pod_name': 'p' }, count: 1 },
    {
      origin: {
        _index: 'audit',
        'kubernetes.namespace_name': 'shop',
        'kubernetes.pod_name': 'api-7',
        'kubernetes.container_name': 'api',
      },
      count: 1,
    },
    { origin: null, count: 1 },
  ]);
});

test('loki: the labels of each stream, in JSON, protobuf and the form of old', async () => {
  const labels = { namespace: 'shop', pod: 'api-7', container: 'api', level: 'info' };
  const streams = [
    { stream: labels, values: [['1', VALUE]] },
    { values: [['1', `${VALUE} ${VALUE}`]], stream: { app: 'web', job: VALUE } },
    { stream: { app: 'calm' }, values: [['1', 'harmless']] },
    { stream: { level: 'info' }, values: [['1', VALUE]] },
  ];
  const wanted = [
    { origin: { app: 'web' }, count: 3 },
    { origin: { namespace: 'shop', pod: 'api-7', container: 'api' }, count: 1 },
    { origin: null, count: 1 },
  ];
  expectTold(await httpLedger('loki', { path: '/loki/api/v1/push', body: json({ streams }) }), wanted);

  const entry = (line: string): Buffer => field(2, field(2, line));
  const push = (selector: string, line: string): Buffer =>
    field(1, Buffer.concat([field(1, selector), entry(line)]));
  const body = Buffer.concat([
    push('{namespace="shop", pod="api-7",container="api",level="info"}', VALUE),
    push(`{app="web",job="${VALUE}"}`, `${VALUE} ${VALUE}`),
    push('{app="calm"}', 'harmless'),
    push('{level="info"}', VALUE),
  ]);
  const packed = { path: '/loki/api/v1/push', type: 'application/x-protobuf', body: compress(body) };
  expectTold(await httpLedger('loki', packed), wanted);

  const old = { streams: [{ labels: '{app="we\\"b", job="j"}', entries: [{ ts: '1', line: VALUE }] }] };
  expectTold(await httpLedger('loki', { path: '/api/prom/push', body: json(old) }), [
    { origin: { app: 'we"b', job: 'j' }, count: 1 },
  ]);
});

test("otlp: kubernetes' attributes of each resource, in JSON and in protobuf", async () => {
  const resources: [string, string][][] = [
    [
      ['k8s.namespace.name', 'shop'],
      ['k8s.pod.name', 'api-7'],
      ['k8s.container.name', 'api'],
      ['x', 'y'],
    ],
    [
      ['k8s.pod.name', VALUE],
      ['k8s.namespace.name', 'web'],
    ],
    [['service.name', 's']],
  ];
  const wanted = [
    {
      origin: { 'k8s.namespace.name': 'shop', 'k8s.pod.name': 'api-7', 'k8s.container.name': 'api' },
      count: 1,
    },
    { origin: { 'k8s.namespace.name': 'web' }, count: 2 },
    { origin: null, count: 1 },
  ];
  const resourceLogs = resources.map((attributes) => ({
    scopeLogs: [{ logRecords: [{ body: { stringValue: VALUE }, attributes: [] }] }],
    resource: { attributes: attributes.map(([key, stringValue]) => ({ key, value: { stringValue } })) },
  }));
  const asJson = { path: '/v1/logs', body: json({ resourceLogs }) };
  expectTold(await httpLedger('otlp', asJson), wanted);

  const logs = field(2, field(2, field(5, field(1, VALUE))));
  const body = Buffer.concat(
    resources.map((attributes) => {
      const resource = attributes.map(([key, value]) => field(1, attribute(key, value)));
      return field(1, Buffer.concat([field(1, Buffer.concat(resource)), logs]));
    }),
  );
  const packed = { path: '/v1/logs', type: 'application/x-protobuf', body };
  expectTold(await httpLedger('otlp', packed), wanted);
});

const NEW = (host: string, text: string): string => `<13>1 2026-01-02T03:04:05Z ${host} api 7 - - ${text}`;
const OLD = (host: string, text: string): string => `<13>Jan  2 03:04:05 ${host} cron[7]: ${text}`;
const MESSAGES = [NEW('n1', VALUE), OLD('n2', `${VALUE} ${VALUE}`), NEW('n1', VALUE), NEW('n3', 'harmless')];
const SYSLOG = [
  { origin: { hostname: 'n1', 'app-name': 'api' }, count: 2 },
  { origin: { hostname: 'n2', 'app-name': 'cron' }, count: 2 },
];

/** The ledger of a proxy that takes `bytes` from one connection. */
async function tcpLedger(bytes: string): Promise<Row[]> {
  const server = createTcpServer((socket) => socket.resume()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => new Promise((done) => server.close(() => done())));
  return ledgerOf('syslog', 'tcp', (server.address() as AddressInfo).port, async (port) => {
    const socket = connect(port, '127.0.0.1');
    socket.end(bytes);
    socket.resume();
    await once(socket, 'close');
  });
}

test('syslog: hostname and app-name of each message, however it is framed', async () => {
  expectTold(await tcpLedger(MESSAGES.map((message) => `${message}\n`).join('')), SYSLOG);
  expectTold(await tcpLedger(MESSAGES.map((message) => `${message.length} ${message}`).join('')), SYSLOG);
});

test('syslog: a hostname that is a secret is in no row', async () => {
  const messages = [NEW(VALUE, 'x'), NEW(VALUE, VALUE), OLD(VALUE, VALUE)];
  for (const rows of [
    await tcpLedger(messages.map((message) => `${message}\n`).join('')),
    await tcpLedger(messages.map((message) => `${message.length} ${message}`).join('')),
  ])
    expect(JSON.stringify(rows)).not.toContain('hostname');
});

test('syslog over UDP: hostname and app-name of each datagram', async () => {
  const upstream = createSocket('udp4');
  let got = 0;
  upstream.on('message', () => got++);
  await new Promise<void>((done) => upstream.bind(0, '127.0.0.1', done));
  closing.push(() => new Promise((done) => upstream.close(() => done())));
  const rows = await ledgerOf('syslog', 'udp', upstream.address().port, async (port) => {
    const client = createSocket('udp4');
    for (const message of MESSAGES) client.send(message, port, '127.0.0.1');
    await expect.poll(() => got, { timeout: 10_000 }).toBe(MESSAGES.length);
    await new Promise<void>((done) => client.close(() => done()));
  });
  expectTold(rows, SYSLOG);
});
