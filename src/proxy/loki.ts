import { type Answer, type HttpProtocol, RETRY_AFTER, STATUS } from './http-protocol.ts';
import { jsonBody, textBody } from './json-body.ts';
import { otlp } from './otlp.ts';

const PUSH = ['/loki/api/v1/push', '/api/prom/push'];
const OTLP = '/otlp/v1/logs';

/** Grafana Loki's push API, JSON, and its OTLP endpoint. Queries pass, their answers redacted. */
export function loki(maxRecordBytes: number): HttpProtocol {
  const json = jsonBody(maxRecordBytes);
  const text = textBody(maxRecordBytes);
  const inner = otlp(maxRecordBytes, OTLP);
  return {
    owns: (path) => path.startsWith('/loki/') || path === '/ready' || PUSH.includes(path) || path === OTLP,
    handle(head) {
      if (head.path === OTLP) return inner.handle(head);
      if (head.method === 'GET' || head.method === 'HEAD') return { body: null };
      if (!PUSH.includes(head.path) || head.method !== 'POST')
        return { answer: this.trouble('not-found', head, 'only pushes and queries pass') };
      if (isProtobuf(head.headers['content-type']))
        return { answer: this.trouble('encoding', head, PROTOBUF) };
      return { body: json };
    },
    answerBody: (_head, type) => (type.includes('json') ? json : text),
    trouble: (trouble, _head, why): Answer => ({
      status: STATUS[trouble],
      headers: {
        'content-type': 'text/plain; charset=utf-8',
        ...(trouble === 'busy' ? { 'retry-after': String(RETRY_AFTER) } : {}),
      },
      body: `unleak: ${why}\n`,
    }),
    stickyKey: () => null,
  };
}

const PROTOBUF = 'protobuf is not taken by this version; let the client send JSON';

export function isProtobuf(contentType: string | undefined): boolean {
  return /^application\/(?:x-|vnd\.google\.)?protobuf/.test(contentType ?? '');
}
