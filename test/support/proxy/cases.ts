import { randomBytes, randomUUID } from 'node:crypto';
import { compress } from 'snappyjs';
import type { BenchRecord } from '../clients/client.ts';
import { field, fixed64, number } from '../encode-protobuf.ts';
import { startElasticsearch } from '../upstreams/elasticsearch.ts';
import type { HttpUpstream } from '../upstreams/http-upstream.ts';
import { startLoki } from '../upstreams/loki.ts';
import { startOtlp } from '../upstreams/otlp.ts';
import type { Troubles } from '../upstreams/recorder.ts';
import { startSplunkHec } from '../upstreams/splunk-hec.ts';

export const HTTP_PROTOCOLS = ['splunk-hec', 'elasticsearch', 'loki', 'otlp'] as const;
export type HttpProtocol = (typeof HTTP_PROTOCOLS)[number];

/** Of this run. It is no log content, so nothing may replace it, and nothing may tell it. */
export const TOKEN = randomBytes(18).toString('hex');
const CHANNEL = randomUUID();

/** One way of sending records over HTTP. */
export interface HttpCase {
  readonly name: string;
  readonly protocol: HttpProtocol;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The status of upstream's success. */
  readonly success: number;
  /** `text`: JSON and lines, where a broken body is redacted as text and upstream judges it. */
  readonly form: 'text' | 'protobuf' | 'snappy';
  body(records: readonly BenchRecord[]): Buffer;
}

const TIME = '1700000000000000000';
const lines = (texts: readonly string[], between = ''): Buffer => Buffer.from(texts.join(between));
const json = (value: unknown): string => JSON.stringify(value);
const document = ({ id, text, fields }: BenchRecord): object => ({ id, text, ...fields });

const HEC = { authorization: `Splunk ${TOKEN}`, 'x-splunk-request-channel': CHANNEL };
const NDJSON = { authorization: `ApiKey ${TOKEN}`, 'content-type': 'application/x-ndjson' };
const LOKI = { authorization: `Bearer ${TOKEN}`, 'x-scope-orgid': 'shop' };
const JSON_TYPE = { 'content-type': 'application/json' };
const PROTOBUF_TYPE = { 'content-type': 'application/x-protobuf' };

/** KeyValue of a string (opentelemetry-proto, common.proto). */
const pair = (key: string, value: string): Buffer => field(6, field(1, key), field(2, field(1, value)));

/** ExportLogsServiceRequest; `more` goes into every log record. */
export function otlpRequest(records: readonly BenchRecord[], more: Uint8Array = Buffer.alloc(0)): Buffer {
  const logs = records.map(({ id, text, fields }) =>
    field(
      2,
      fixed64(1, BigInt(TIME)),
      number(2, 9),
      field(5, field(1, text)),
      pair('id', id),
      pair('all', json(fields)),
      field(9, Buffer.alloc(16, 7)),
      more,
    ),
  );
  const resource = field(1, field(1, field(1, 'service.name'), field(2, field(1, 'shop'))));
  return field(1, resource, field(2, ...logs));
}

const attribute = (key: string, value: string): object => ({ key, value: { stringValue: value } });

/** PushRequest of Loki, not yet in its snappy block; `more` goes into the request. */
export function lokiPush(records: readonly BenchRecord[], more: Uint8Array = Buffer.alloc(0)): Buffer {
  const entries = records.map((record) =>
    field(2, field(1, number(1, 1_700_000_000)), field(2, json(document(record)))),
  );
  return Buffer.concat([field(1, field(1, '{app="shop"}'), ...entries), more]);
}

export const HTTP_CASES: readonly HttpCase[] = [
  {
    name: 'splunk-hec events',
    protocol: 'splunk-hec',
    path: '/services/collector/event',
    headers: HEC,
    success: 200,
    form: 'text',
    body: (records) => lines(records.map((record) => json({ time: 1.5, event: document(record) }))),
  },
  {
    name: 'splunk-hec raw',
    protocol: 'splunk-hec',
    path: '/services/collector/raw/1.0',
    headers: HEC,
    success: 200,
    form: 'text',
    body: (records) => lines(records.map((record) => `level=info ${json(document(record))}\n`)),
  },
  {
    name: 'elasticsearch _bulk',
    protocol: 'elasticsearch',
    path: '/shop/_bulk',
    headers: NDJSON,
    success: 200,
    form: 'text',
    body: (records) => lines(records.map((record) => `{"index":{}}\n${json(document(record))}\n`)),
  },
  {
    name: 'loki JSON',
    protocol: 'loki',
    path: '/loki/api/v1/push',
    headers: { ...LOKI, ...JSON_TYPE },
    success: 204,
    form: 'text',
    body: (records) => {
      const values = records.map((record) => [TIME, json(document(record))]);
      return Buffer.from(json({ streams: [{ stream: { app: 'shop' }, values }] }));
    },
  },
  {
    name: 'loki protobuf',
    protocol: 'loki',
    path: '/loki/api/v1/push',
    headers: { ...LOKI, ...PROTOBUF_TYPE },
    success: 204,
    form: 'snappy',
    body: (records) => Buffer.from(compress(lokiPush(records))),
  },
  {
    name: 'otlp JSON',
    protocol: 'otlp',
    path: '/v1/logs',
    headers: { authorization: `Bearer ${TOKEN}`, ...JSON_TYPE },
    success: 200,
    form: 'text',
    body: (records) => {
      const logRecords = records.map(({ id, text, fields }) => ({
        timeUnixNano: TIME,
        body: { stringValue: text },
        attributes: [attribute('id', id), attribute('all', json(fields))],
      }));
      return Buffer.from(json({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }));
    },
  },
  {
    name: 'otlp protobuf',
    protocol: 'otlp',
    path: '/v1/logs',
    headers: { authorization: `Bearer ${TOKEN}`, ...PROTOBUF_TYPE },
    success: 200,
    form: 'protobuf',
    body: otlpRequest,
  },
];

/** The strict server of each protocol. */
export const START: Readonly<Record<HttpProtocol, (troubles: Troubles) => Promise<HttpUpstream>>> = {
  'splunk-hec': (troubles) => startSplunkHec({ token: TOKEN, queryToken: true, ack: true, troubles }),
  elasticsearch: (troubles) => startElasticsearch({ troubles }),
  loki: (troubles) => startLoki({ troubles }),
  otlp: (troubles) => startOtlp({ troubles }),
};
