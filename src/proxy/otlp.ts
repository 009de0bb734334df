import { type Answer, type HttpProtocol, jsonAnswer, STATUS, type Trouble } from './http-protocol.ts';
import { jsonBody } from './json-body.ts';
import { isProtobuf } from './loki.ts';

/** google.rpc.Code of each trouble (OTLP specification, "Failures"). */
const RPC: Record<Trouble, number> = {
  busy: 14,
  malformed: 3,
  'too-large': 8,
  encoding: 3,
  'not-found': 5,
};

/** OTLP over HTTP, logs in JSON. Traces and metrics are not passed: nothing here would redact them. */
export function otlp(maxRecordBytes: number, path = '/v1/logs'): HttpProtocol {
  const json = jsonBody(maxRecordBytes);
  return {
    owns: (asked) => asked === path,
    handle(head) {
      if (head.method !== 'POST') return { answer: this.trouble('not-found', head, 'only POST') };
      if (isProtobuf(head.headers['content-type']))
        return {
          answer: this.trouble(
            'encoding',
            head,
            'protobuf is not taken by this version; let the exporter send JSON',
          ),
        };
      return { body: json };
    },
    answerBody: () => json,
    trouble: (trouble, _head, why): Answer =>
      jsonAnswer(STATUS[trouble], { code: RPC[trouble], message: `unleak: ${why}` }),
    stickyKey: () => null,
  };
}
