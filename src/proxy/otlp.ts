import { varint } from '../formats/protobuf.ts';
import { ProtobufBody } from '../formats/protobuf-body.ts';
import { ORIGIN_ATTRIBUTES, readResource } from '../formats/protobuf-origins.ts';
import { OTLP_ANSWER, OTLP_LOGS } from '../formats/protobuf-schemas.ts';
import {
  type Answer,
  answerOf,
  type HttpProtocol,
  jsonAnswer,
  STATUS,
  type Trouble,
} from './http-protocol.ts';
import { jsonBody } from './json-body.ts';
import type { MakeBody } from './live-body.ts';

/** Where a resource says what it is. */
const ATTRIBUTES = {
  path: 'resourceLogs.resource.attributes',
  key: 'key',
  value: 'value.stringValue',
  names: ORIGIN_ATTRIBUTES,
};
/** google.rpc.Code of each trouble (OTLP specification, "Failures"). */
const RPC: Record<Trouble, number> = {
  busy: 14,
  malformed: 3,
  'too-large': 8,
  encoding: 3,
  'not-found': 5,
};

/** OTLP over HTTP, logs in JSON and in protobuf. Traces and metrics are not passed: nothing here would redact them. */
export function otlp(maxRecordBytes: number, path = '/v1/logs'): HttpProtocol {
  const json = jsonBody(maxRecordBytes);
  const logs = jsonBody(maxRecordBytes, { pairs: ATTRIBUTES, parts: ['resourceLogs'] });
  const protobuf: MakeBody = (matcher) => new ProtobufBody(matcher, OTLP_LOGS, maxRecordBytes, readResource);
  const answer: MakeBody = (matcher) => new ProtobufBody(matcher, OTLP_ANSWER, maxRecordBytes);
  return {
    owns: (asked) => asked === path,
    handle(head) {
      if (head.method !== 'POST') return { answer: this.trouble('not-found', head, 'only POST') };
      return { body: isProtobuf(head.headers['content-type']) ? protobuf : logs };
    },
    answerBody: (_head, type) => (isProtobuf(type) ? answer : json),
    trouble(trouble, { headers }, why): Answer {
      const status = { code: RPC[trouble], message: `unleak: ${why}` };
      // A failure is told in the form of the request (OTLP specification, "Failures").
      if (!isProtobuf(headers['content-type'])) return jsonAnswer(STATUS[trouble], status);
      return answerOf(STATUS[trouble], 'application/x-protobuf', encodeStatus(status.code, status.message));
    },
    stickyKey: () => null,
  };
}

/** google.rpc.Status: code = 1, message = 2. */
function encodeStatus(code: number, message: string): Uint8Array {
  const text = Buffer.from(message);
  return Buffer.concat([Uint8Array.of(8, code, 18), varint(text.length), text]);
}

export function isProtobuf(contentType: string | undefined): boolean {
  return /^application\/(?:x-|vnd\.google\.)?protobuf/.test(contentType ?? '');
}
