import { compress, uncompress } from 'snappyjs';
import { BodyError } from '../formats/body.ts';
import { ORIGIN_LABELS, readLabels } from '../formats/loki-labels.ts';
import { ProtobufBody } from '../formats/protobuf-body.ts';
import { readStream } from '../formats/protobuf-origins.ts';
import { LOKI_PUSH } from '../formats/protobuf-schemas.ts';
import { answerOf, type HttpProtocol, STATUS, type Whole } from './http-protocol.ts';
import { jsonBody, textBody } from './json-body.ts';
import type { MakeBody } from './live-body.ts';
import { isProtobuf, otlp } from './otlp.ts';

/** Labels of a stream; under `/api/prom/push` they are one string. */
const ORIGIN = [
  ...ORIGIN_LABELS.map((label) => ({ path: `streams.stream.${label}`, as: label })),
  { path: 'streams.labels', as: '', read: readLabels },
];
const PUSH = ['/loki/api/v1/push', '/api/prom/push'];
const OTLP = '/otlp/v1/logs';

/** Grafana Loki's push API, in JSON and in snappy protobuf, and its OTLP endpoint. Queries pass, their answers redacted. */
export function loki(maxRecordBytes: number): HttpProtocol {
  const json = jsonBody(maxRecordBytes);
  const push = jsonBody(maxRecordBytes, { origin: ORIGIN, parts: ['streams'] });
  const text = textBody(maxRecordBytes);
  const protobuf: MakeBody = (matcher) => new ProtobufBody(matcher, LOKI_PUSH, maxRecordBytes, readStream);
  const inner = otlp(maxRecordBytes, OTLP);
  return {
    owns: (path) => path.startsWith('/loki/') || path === '/ready' || PUSH.includes(path) || path === OTLP,
    handle(head) {
      if (head.path === OTLP) return inner.handle(head);
      if (head.method === 'GET' || head.method === 'HEAD') return { body: null };
      if (!PUSH.includes(head.path) || head.method !== 'POST')
        return { answer: this.trouble('not-found', head, 'only pushes and queries pass') };
      if (isProtobuf(head.headers['content-type'])) return { body: protobuf, whole: SNAPPY };
      return { body: push };
    },
    answerBody(head, type) {
      if (head.path === OTLP) return inner.answerBody(head, type);
      return type.includes('json') ? json : text;
    },
    trouble(trouble, head, why) {
      if (head.path === OTLP) return inner.trouble(trouble, head, why);
      return answerOf(STATUS[trouble], 'text/plain; charset=utf-8', `unleak: ${why}\n`);
    },
    stickyKey: () => null,
  };
}

/** A snappy block says its whole length first; one that says more is not unpacked. */
const MAX_BLOCK = 64 * 1024 * 1024;

/** Loki's protobuf always comes as one snappy block; Vector says so in Content-Encoding, others do not. */
const SNAPPY: Whole = {
  coding: 'snappy',
  unpack(bytes) {
    try {
      return uncompress(bytes, MAX_BLOCK);
    } catch {
      // Its message says only what is wrong with the block, but is not ours to quote.
      throw new BodyError('malformed', `the body is no snappy block of at most ${MAX_BLOCK} bytes`);
    }
  },
  pack: (bytes) => compress(bytes),
};
