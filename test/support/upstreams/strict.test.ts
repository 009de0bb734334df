import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { encode } from '@msgpack/msgpack';
import { afterEach, describe, expect, test } from 'vitest';
import { startElasticsearch } from './elasticsearch.ts';
import { startForward } from './forward.ts';
import { startLoki } from './loki.ts';
import { startOtlp } from './otlp.ts';
import type { Upstream } from './recorder.ts';
import { startSplunkHec } from './splunk-hec.ts';
import { startSyslog } from './syslog.ts';

const open: Upstream[] = [];
afterEach(async () => {
  for (const upstream of open.splice(0)) await upstream.close();
});

async function kept<T extends Upstream>(starting: Promise<T>): Promise<T> {
  const upstream = await starting;
  open.push(upstream);
  return upstream;
}

interface Posted {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

async function post(
  { port }: Upstream,
  path: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): Promise<Posted> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : new Uint8Array(body),
    headers,
  });
  return { status: response.status, text: await response.text(), headers: response.headers };
}

/** Writes to a TCP port and ends; resolves with all that came back. */
async function exchange({ port }: Upstream, ...chunks: readonly Uint8Array[]): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1');
  const came: Buffer[] = [];
  socket.on('data', (bytes: Buffer) => came.push(bytes));
  for (const chunk of chunks) await new Promise((done) => socket.write(chunk, done));
  socket.end();
  await once(socket, 'close');
  return Buffer.concat(came);
}

describe('splunk-hec', () => {
  const token = randomBytes(16).toString('hex');
  const authorization = `Splunk ${token}`;
  const event = '/services/collector/event';

  test('cuts events that stand back to back, on lines, and with braces in strings', async () => {
    const upstream = await kept(startSplunkHec({ token }));
    const batch = '{"event":"a } {"}{"event":{"b":"\\"}"},"time":"1.5"}\n {"event":3}';
    expect((await post(upstream, event, batch, { authorization })).text).toBe('{"text":"Success","code":0}');
    expect(upstream.received.map(({ fields }) => (fields as { event: unknown }).event)).toEqual([
      'a } {',
      { b: '"}' },
      3,
    ]);
    expect(upstream.faults).toEqual([]);
  });

  test.each([
    ['no token', {}, event, '{"event":1}', 401, 2],
    ['a token in the query, unless told to', {}, `${event}?token=${token}`, '{"event":1}', 400, 16],
    ['another scheme', { authorization: 'Bearer x' }, event, '{"event":1}', 401, 3],
    ['another token', { authorization: 'Splunk x' }, event, '{"event":1}', 403, 4],
    ['nothing', { authorization }, event, ' ', 400, 5],
    ['half an event', { authorization }, event, '{"event":1}{"event":', 400, 6],
    ['a comma between events', { authorization }, event, '{"event":1},{"event":2}', 400, 6],
    ['an unknown key', { authorization }, event, '{"event":1,"text":2}', 400, 6],
    ['bytes that are not UTF-8', { authorization }, event, Buffer.from('{"event":"\xff"}', 'latin1'), 400, 6],
    ['no event', { authorization }, event, '{"event":1}{"fields":{}}', 400, 12],
    ['a blank event', { authorization }, event, '{"event":""}', 400, 13],
    ['deep fields', { authorization }, event, '{"event":1,"fields":{"a":{}}}', 400, 15],
    ['raw text without a channel', { authorization }, '/services/collector/raw', 'a', 400, 10],
    ['a channel that is no GUID', { authorization }, '/services/collector/raw?channel=1', 'a', 400, 11],
    ['a query for acks that are off', { authorization }, '/services/collector/ack', '{"acks":[0]}', 400, 14],
  ])('refuses %s', async (_, headers, path, body, status, code) => {
    const upstream = await kept(startSplunkHec({ token }));
    const answer = await post(upstream, path, body, headers as Record<string, string>);
    expect([answer.status, JSON.parse(answer.text).code]).toEqual([status, code]);
    expect(upstream.faults).toHaveLength(1);
  });

  test('acks by channel what it was given, and raw lines', async () => {
    const upstream = await kept(startSplunkHec({ token, ack: true }));
    const headers = { authorization, 'x-splunk-request-channel': crypto.randomUUID() };
    expect(JSON.parse((await post(upstream, event, '{"event":1}', headers)).text).ackId).toBe(0);
    expect(JSON.parse((await post(upstream, '/services/collector/raw', 'a\nb', headers)).text).ackId).toBe(1);
    const { acks } = JSON.parse(
      (await post(upstream, '/services/collector/ack', '{"acks":[0,1,2]}', headers)).text,
    );
    expect(acks).toEqual({ 0: true, 1: true, 2: false });
    expect(upstream.received.map(({ text }) => text)).toEqual([null, 'a', 'b']);
  });
});

describe('elasticsearch', () => {
  const bulk =
    '{"index":{"_index":"i"}}\n{"n":"first"}\n\n{"create":{"_index":"i","_id":"x"}}\r\n{"n":"second"}\r\n{"delete":{"_index":"i","_id":"x"}}\n';

  test('answers a bulk item by item, in the order of the request, with blank lines passed over', async () => {
    const upstream = await kept(startElasticsearch({ refuses: (document) => document === 0 }));
    const answer = await post(upstream, '/_bulk', bulk);
    const { errors, items } = JSON.parse(answer.text);
    expect(errors).toBe(true);
    expect(
      items.map((item: object) => Object.entries(item).map(([action, { status }]) => [action, status])),
    ).toEqual([[['index', 400]], [['create', 201]], [['delete', 200]]]);
    expect(items[0].index.error.reason).toContain("field's value: 'first'");
    expect(answer.headers.get('x-elastic-product')).toBe('Elasticsearch');
    expect(upstream.received).toHaveLength(2);
  });

  test.each([
    ['no final newline', bulk.trimEnd()],
    ['an action without source', '{"index":{"_index":"i"}}\n'],
    ['an unknown action', '{"put":{"_index":"i"}}\n{}\n'],
    ['no index', '{"index":{}}\n{}\n'],
    ['an unknown parameter', '{"index":{"_index":"i","x":1}}\n{}\n'],
  ])('refuses a whole bulk with %s', async (_, body) => {
    const upstream = await kept(startElasticsearch());
    expect((await post(upstream, '/_bulk', body)).status).toBe(400);
    expect(upstream.received).toHaveLength(0);
    expect(upstream.faults).toHaveLength(1);
  });

  test('notes a source that is no JSON, and refuses that item alone', async () => {
    const upstream = await kept(startElasticsearch());
    const body = '{"index":{}}\n{"a":\n{"index":{}}\n{"a":1}\n';
    const { items } = JSON.parse((await post(upstream, '/i/_bulk', body)).text);
    expect(items.map((item: { index: { status: number } }) => item.index.status)).toEqual([400, 201]);
    expect(upstream.faults).toHaveLength(1);
  });

  test('takes a document into _doc, once into _create, and nothing from a form', async () => {
    const upstream = await kept(startElasticsearch());
    expect((await post(upstream, '/i/_doc', '{"a":1}')).status).toBe(201);
    expect((await post(upstream, '/i/_create/7', '{"a":1}')).status).toBe(201);
    expect((await post(upstream, '/i/_create/7', '{"a":1}')).status).toBe(409);
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post(upstream, '/i/_doc', '{"a":1}', form)).status).toBe(406);
  });
});

describe('loki', () => {
  const push = '/loki/api/v1/push';
  const time = '1700000000000000000';

  test.each([
    ['a time in seconds', `{"streams":[{"stream":{},"values":[["1700000000","a"]]}]}`],
    ['a number as label', `{"streams":[{"stream":{"a":1},"values":[["${time}","a"]]}]}`],
    ['metadata that is not flat', `{"streams":[{"stream":{},"values":[["${time}","a",{"b":{}}]]}]}`],
    ['no JSON', `{"streams":[`],
  ])('refuses %s', async (_, body) => {
    const upstream = await kept(startLoki());
    expect((await post(upstream, push, body)).status).toBe(400);
    expect(upstream.faults).toHaveLength(1);
  });

  test('refuses protobuf that is not in a snappy block, and protobuf with a string that is not UTF-8', async () => {
    const upstream = await kept(startLoki());
    const headers = { 'content-type': 'application/x-protobuf' };
    // streams { labels: "{}", entries { line: 0xff } }, then the same in a snappy literal.
    const bytes = Buffer.from([0x0a, 0x09, 0x0a, 0x02, 0x7b, 0x7d, 0x12, 0x03, 0x12, 0x01, 0xff]);
    expect((await post(upstream, push, bytes, headers)).status).toBe(400);
    const block = Buffer.concat([Buffer.from([bytes.length, (bytes.length - 1) << 2]), bytes]);
    expect((await post(upstream, push, block, headers)).status).toBe(400);
    expect(upstream.faults[1]).toBe('a string that is not UTF-8');
    block[block.length - 1] = 0x61;
    expect((await post(upstream, push, block, headers)).status).toBe(204);
    expect(upstream.received.map(({ text }) => text)).toEqual(['a']);
  });
});

describe('otlp', () => {
  const wrap = (record: string): string => `{"resourceLogs":[{"scopeLogs":[{"logRecords":[${record}]}]}]}`;

  test.each([
    ['a field in snake_case', wrap('{"severity_text":"x"}')],
    ['a trace id in base64', wrap('{"traceId":"AAECAwQFBgcICQoLDA0ODw=="}')],
    ['a body that is bare text', wrap('{"body":"x"}')],
    ['a value of two kinds', wrap('{"body":{"stringValue":"x","intValue":"1"}}')],
    ['a body of another type', wrap('{"body":{"stringValue":1}}')],
  ])('refuses JSON with %s', async (_, body) => {
    const upstream = await kept(startOtlp());
    expect((await post(upstream, '/v1/logs', body)).status).toBe(400);
    expect(upstream.faults).toHaveLength(1);
  });

  test('takes gzipped JSON, 64-bit numbers as text', async () => {
    const upstream = await kept(startOtlp());
    const body = gzipSync(
      wrap('{"timeUnixNano":"1","body":{"kvlistValue":{"values":[{"key":"k","value":{"intValue":"9"}}]}}}'),
    );
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    expect(await post(upstream, '/v1/logs', body, headers)).toMatchObject({ status: 200, text: '{}' });
    expect(upstream.received[0]!.fields).toMatchObject({ body: { k: '9' } });
  });

  test('refuses protobuf that is cut short or holds bad UTF-8', async () => {
    const upstream = await kept(startOtlp());
    // resourceLogs { scopeLogs { logRecords { body { stringValue: 0xff } } } }
    const bytes = Buffer.from([0x0a, 0x09, 0x12, 0x07, 0x12, 0x05, 0x2a, 0x03, 0x0a, 0x01, 0xff]);
    const headers = { 'content-type': 'application/x-protobuf' };
    expect((await post(upstream, '/v1/logs', bytes, headers)).status).toBe(400);
    expect((await post(upstream, '/v1/logs', bytes.subarray(0, 6), headers)).status).toBe(400);
    expect(upstream.faults).toEqual(['a string that is not UTF-8', 'a body that is no protobuf message']);
    bytes[bytes.length - 1] = 0x61;
    const answer = await post(upstream, '/v1/logs', bytes, headers);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-protobuf']);
    expect(upstream.received.map(({ text }) => text)).toEqual(['a']);
  });
});

describe('forward', () => {
  const entries = [{ a: 1 }, { a: 2 }].map((record) => encode([1_700_000_000, record]));

  test('takes gzip of several members, cut anywhere, and acks the chunk', async () => {
    const upstream = await kept(startForward());
    const packed = Buffer.concat(entries.map((entry) => gzipSync(entry)));
    const message = encode(['t', packed, { size: 2, chunk: 'c', compressed: 'gzip' }]);
    const half = message.length >> 1;
    const came = await exchange(upstream, message.subarray(0, half), message.subarray(half));
    expect(came).toEqual(Buffer.from(encode({ ack: 'c' })));
    expect(upstream.received.map(({ fields }) => fields)).toEqual(
      [1, 2].map((a) => ({ tag: 't', record: { a } })),
    );
    expect([upstream.modes, upstream.faults]).toEqual([['CompressedPackedForward'], []]);
  });

  test.each([
    ['a size that counts wrong', encode(['t', Buffer.concat(entries), { size: 1 }])],
    ['a packed entry cut short', encode(['t', Buffer.concat(entries).subarray(0, -1)])],
    ['text that is called gzip', encode(['t', Buffer.concat(entries), { compressed: 'gzip' }])],
    ['a byte that MessagePack never uses', Buffer.from([0xc1])],
    ['half a message', encode(['t', 1, { a: 'x' }]).subarray(0, 5)],
    ['no tag', encode([1, { a: 1 }])],
  ])('notes %s', async (_, bytes) => {
    const upstream = await kept(startForward());
    await exchange(upstream, bytes);
    expect(upstream.faults).toHaveLength(1);
  });

  test('takes no event before the handshake', async () => {
    const upstream = await kept(startForward({ sharedKey: randomBytes(8).toString('hex') }));
    await exchange(upstream, encode(['t', 1, { a: 1 }]));
    expect([upstream.received, upstream.faults]).toEqual([[], ['an event before the handshake']]);
  });
});

describe('syslog', () => {
  const message = '<34>1 2026-01-01T00:00:00Z h a - - [x@1 k="\\]\\""] text';

  test('cuts octet-counted messages wherever the chunks end, newlines within included', async () => {
    const upstream = await kept(startSyslog({ transport: 'tcp' }));
    const wire = Buffer.from(`${message.length + 2} ${message}\né`.replace('é', 'x').repeat(3));
    await exchange(upstream, wire.subarray(0, 1), wire.subarray(1, 70), wire.subarray(70));
    expect(upstream.faults).toEqual([]);
    expect(upstream.received.map(({ text }) => text)).toEqual(Array(3).fill('text\nx'));
    expect(upstream.received[0]!.fields).toMatchObject({ data: { k: ']"' } });
  });

  test.each([
    ['a count that is too small', 'octet-counted', `${message.length - 1} ${message}`],
    ['a count that is too large', 'octet-counted', `${message.length + 1} ${message}`],
    ['a count with a zero in front', 'octet-counted', `0${message.length} ${message}`],
    ['a line without a priority', 'lf', 'text\n'],
    ['a priority above 191', 'lf', `${message.replace('34', '192')}\n`],
    ['structured data that is not escaped', 'lf', `${message.replace('\\]', ']')}\n`],
  ] as const)('notes %s', async (_, framing, wire) => {
    const upstream = await kept(startSyslog({ transport: 'tcp', framing }));
    await exchange(upstream, Buffer.from(wire));
    expect(upstream.faults).toHaveLength(1);
  });

  test('takes a datagram for a message, and notes bytes that are not UTF-8', async () => {
    const upstream = await kept(startSyslog({ transport: 'udp' }));
    const socket = createSocket('udp4');
    socket.send(Buffer.concat([Buffer.from(message), Buffer.from([0xff])]), upstream.port, '127.0.0.1');
    await expect(upstream.until(2)).rejects.toThrow('not UTF-8');
    socket.close();
  });
});
