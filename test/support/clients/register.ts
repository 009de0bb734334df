import type { RouteFile } from '../../../src/config/route-text.ts';
import { startElasticsearch } from '../upstreams/elasticsearch.ts';
import { startForward } from '../upstreams/forward.ts';
import { startLoki } from '../upstreams/loki.ts';
import { startOtlp } from '../upstreams/otlp.ts';
import type { Upstream } from '../upstreams/recorder.ts';
import { startSplunkHec } from '../upstreams/splunk-hec.ts';
import { type Framing, startSyslog } from '../upstreams/syslog.ts';
import type { Send } from './client.ts';
import { sendBulk, sendBulkHelper, sendIndex } from './elasticsearch.ts';
import { sendMode as sendFluentLogger } from './fluent-logger.ts';
import { sendMode as sendFluentOrg } from './fluent-org-logger.ts';
import { sendBulk as sendOpensearchBulk } from './opensearch.ts';
import { sendJson as sendOtlpJson, sendProtobuf as sendOtlpProtobuf } from './opentelemetry.ts';
import { send as sendPinoLoki } from './pino-loki.ts';
import { send as sendSplunkLogging } from './splunk-logging.ts';
import { sendJson as sendLokiJson, sendProtobuf as sendLokiProtobuf } from './winston-loki.ts';
import { sendForm } from './winston-syslog.ts';

/** A kind of the proxy's routes. */
export type Kind = 'splunk-hec' | 'elasticsearch' | 'loki' | 'otlp' | 'forward' | 'syslog';

/** A real client and the server it talks to. */
export interface Client {
  readonly name: string;
  readonly kind: Kind;
  readonly transport: 'http' | 'tcp' | 'udp';
  start(token: string): Promise<Upstream>;
  readonly send: Send;
  /** Records come in the order sent. */
  readonly ordered: boolean;
  /** Of a route: the files that hold the token. */
  readonly keyFiles?: readonly RouteFile[];
}

const http = { transport: 'http', ordered: true } as const;
export const elastic = { ...http, kind: 'elasticsearch', start: () => startElasticsearch() } as const;
const loki = { ...http, kind: 'loki', start: () => startLoki() } as const;
const otlp = { ...http, kind: 'otlp', start: () => startOtlp() } as const;
const forward = { kind: 'forward', transport: 'tcp', ordered: true, start: () => startForward() } as const;
const secured = {
  ...forward,
  start: (sharedKey: string) => startForward({ sharedKey }),
  keyFiles: ['shared-key-file', 'upstream-shared-key-file'],
} as const;
export const tcp = (framing: Framing) =>
  ({
    kind: 'syslog',
    transport: 'tcp',
    ordered: true,
    start: () => startSyslog({ transport: 'tcp', framing }),
  }) as const;
export const udp = {
  kind: 'syslog',
  transport: 'udp',
  ordered: false,
  start: () => startSyslog({ transport: 'udp' }),
} as const;
export const hec = {
  ...http,
  kind: 'splunk-hec',
  start: (token: string) => startSplunkHec({ token }),
} as const;
const opensearch = { ...elastic, start: () => startElasticsearch({ product: 'opensearch' }) } as const;

/** The clients that come with `npm ci`. */
export const LIBRARIES: readonly Client[] = [
  { ...elastic, name: '@elastic/elasticsearch bulk', send: sendBulk },
  { ...elastic, name: '@elastic/elasticsearch helpers.bulk', send: sendBulkHelper },
  { ...elastic, name: '@elastic/elasticsearch index', send: sendIndex },
  { ...opensearch, name: '@opensearch-project/opensearch bulk', send: sendOpensearchBulk },
  { ...hec, name: 'splunk-logging', send: sendSplunkLogging },
  { ...loki, name: 'winston-loki protobuf', send: sendLokiProtobuf },
  { ...loki, name: 'winston-loki json', send: sendLokiJson },
  { ...loki, name: 'pino-loki', send: sendPinoLoki },
  { ...otlp, name: 'OpenTelemetry OTLP/HTTP json', send: sendOtlpJson },
  { ...otlp, name: 'OpenTelemetry OTLP/HTTP protobuf', send: sendOtlpProtobuf },
  ...(['Message', 'Forward', 'PackedForward', 'CompressedPackedForward'] as const).map((mode) => ({
    ...forward,
    name: `@fluent-org/logger ${mode}`,
    send: sendFluentOrg(mode),
  })),
  { ...secured, name: '@fluent-org/logger with a shared key', send: sendFluentOrg('PackedForward', true) },
  ...(['Message', 'PackedForward', 'CompressedPackedForward'] as const).map((mode) => ({
    ...forward,
    name: `fluent-logger ${mode}`,
    send: sendFluentLogger(mode),
  })),
  { ...secured, name: 'fluent-logger with a shared key', send: sendFluentLogger('Message', true) },
  {
    ...tcp('unframed'),
    name: 'winston-syslog tcp RFC5424',
    send: sendForm({ protocol: 'tcp4', type: 'RFC5424' }),
  },
  {
    ...tcp('lf'),
    name: 'winston-syslog tcp RFC5424 LF',
    send: sendForm({ protocol: 'tcp4', type: 'RFC5424', eol: '\n' }),
  },
  {
    ...tcp('lf'),
    name: 'winston-syslog tcp BSD LF',
    send: sendForm({ protocol: 'tcp4', type: 'BSD', eol: '\n' }),
  },
  { ...udp, name: 'winston-syslog udp RFC5424', send: sendForm({ protocol: 'udp4', type: 'RFC5424' }) },
  { ...udp, name: 'winston-syslog udp BSD', send: sendForm({ protocol: 'udp4', type: 'BSD' }) },
];
