import protobuf from 'protobufjs';
import {
  type Answer,
  type Exchange,
  type HttpOptions,
  type HttpUpstream,
  json,
  mediaType,
  startHttp,
} from './http-upstream.ts';
import { isObject, type Json, jsonOf, type Recorder, textOf } from './recorder.ts';

/** logs.proto, common.proto and resource.proto of opentelemetry-proto; strings as bytes, to see bad UTF-8. */
const root = protobuf.parse(`
  syntax = "proto3";
  message Request { repeated ResourceLogs resourceLogs = 1; }
  message ResourceLogs { Resource resource = 1; repeated ScopeLogs scopeLogs = 2; bytes schemaUrl = 3; }
  message Resource { repeated KeyValue attributes = 1; uint32 droppedAttributesCount = 2; }
  message ScopeLogs { Scope scope = 1; repeated LogRecord logRecords = 2; bytes schemaUrl = 3; }
  message Scope { bytes name = 1; bytes version = 2; repeated KeyValue attributes = 3; uint32 droppedAttributesCount = 4; }
  message LogRecord {
    fixed64 timeUnixNano = 1; int32 severityNumber = 2; bytes severityText = 3; AnyValue body = 5;
    repeated KeyValue attributes = 6; uint32 droppedAttributesCount = 7; fixed32 flags = 8;
    bytes traceId = 9; bytes spanId = 10; fixed64 observedTimeUnixNano = 11; bytes eventName = 12;
  }
  message KeyValue { bytes key = 1; AnyValue value = 2; }
  message AnyValue { oneof value {
    bytes stringValue = 1; bool boolValue = 2; int64 intValue = 3; double doubleValue = 4;
    ArrayValue arrayValue = 5; KeyValueList kvlistValue = 6; bytes bytesValue = 7; } }
  message ArrayValue { repeated AnyValue values = 1; }
  message KeyValueList { repeated KeyValue values = 1; }
  message Status { int32 code = 1; string message = 2; }
`).root;
const REQUEST = root.lookupType('Request');
const STATUS = root.lookupType('Status');

/** Fields that hold bytes on the wire and are not text. */
const BINARY = new Set(['traceId', 'spanId', 'bytesValue']);
/** The lengths that a trace or span id may have, in hex digits. */
const ID_DIGITS: Readonly<Record<string, number>> = { traceId: 32, spanId: 16 };

/** What is wrong inside a request; it never holds bytes of it. */
class BadRequest extends Error {}

/** The JSON mapping of a decoded protobuf message: text decoded, ids in hex, bytes in base64, longs in decimal. */
function mapped(value: unknown, key = ''): unknown {
  if (value instanceof Uint8Array) {
    if (key in ID_DIGITS) return Buffer.from(value).toString('hex');
    if (BINARY.has(key)) return Buffer.from(value).toString('base64');
    const text = textOf(value);
    if (text === null) throw new BadRequest('a string that is not UTF-8');
    return text;
  }
  if (Array.isArray(value)) return value.map((one) => mapped(one, key));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mapped(one, name)]));
  return value;
}

/** Holds a JSON message against its protobuf type: names in lowerCamelCase, nothing unknown, nothing of another type. */
function check(value: unknown, type: protobuf.Type): void {
  if (!isObject(value)) throw new BadRequest(`a ${type.name} that is no object`);
  for (const [name, held] of Object.entries(value)) {
    const field = type.fields[name]?.resolve();
    if (field === undefined) throw new BadRequest(`a ${type.name} with a field that it does not have`);
    if (field.repeated && !Array.isArray(held))
      throw new BadRequest(`a ${type.name}.${name} that is no list`);
    for (const one of field.repeated ? (held as unknown[]) : [held])
      checkField(one, field, `${type.name}.${name}`);
  }
  const choice = type.oneofs?.value?.oneof ?? [];
  if (choice.filter((name) => name in value).length > 1) throw new BadRequest('an AnyValue with two values');
}

function checkField(value: unknown, field: protobuf.Field, place: string): void {
  if (field.resolvedType instanceof protobuf.Type) {
    check(value, field.resolvedType);
    return;
  }
  const digits = ID_DIGITS[field.name];
  if (
    digits !== undefined &&
    !(typeof value === 'string' && (value === '' || new RegExp(`^[0-9a-f]{${digits}}$`, 'i').test(value)))
  )
    throw new BadRequest(`a ${place} that is not ${digits} hex digits`);
  const fits =
    field.type === 'bytes'
      ? typeof value === 'string'
      : field.type === 'bool'
        ? typeof value === 'boolean'
        : /64/.test(field.type)
          ? /^-?\d+$/.test(String(value))
          : typeof value === 'number';
  if (!fits) throw new BadRequest(`a ${place} of another type`);
}

/** The value that an AnyValue stands for. */
function plain(any: unknown): unknown {
  if (!isObject(any)) return null;
  const [[kind, value] = ['', null]] = Object.entries(any);
  if (kind === 'arrayValue') return list(value, 'values').map(plain);
  if (kind === 'kvlistValue') return attributes(list(value, 'values'));
  return value;
}

const list = (value: unknown, key: string): unknown[] =>
  isObject(value) && Array.isArray(value[key]) ? (value[key] as unknown[]) : [];

function attributes(pairs: readonly unknown[]): Json {
  return Object.fromEntries(pairs.map((pair) => [String((pair as Json).key), plain((pair as Json).value)]));
}

/** The request as its JSON mapping. Throws BadRequest. */
function read(type: string, body: Buffer): Json {
  if (type === 'application/json') {
    const text = textOf(body);
    const parsed = text === null ? undefined : jsonOf(text);
    check(parsed, REQUEST);
    return parsed as Json;
  }
  try {
    const message = REQUEST.toObject(REQUEST.decode(body), { longs: String, arrays: true });
    return mapped(message) as Json;
  } catch (cause) {
    if (
      cause instanceof RangeError ||
      (cause instanceof Error && /wire type|index out of range/.test(cause.message))
    )
      throw new BadRequest('a body that is no protobuf message');
    throw cause;
  }
}

function takeRecords(request: Json, recorder: Recorder): void {
  for (const ofResource of list(request, 'resourceLogs'))
    for (const ofScope of list(ofResource, 'scopeLogs')) {
      const resource = attributes(list((ofResource as Json).resource, 'attributes'));
      const scope = (ofScope as Json).scope;
      for (const record of list(ofScope, 'logRecords') as Json[]) {
        const body = plain(record.body);
        const fields = {
          ...record,
          body,
          attributes: attributes(list(record, 'attributes')),
          resource,
          scope,
        };
        recorder.take({
          text: typeof body === 'string' ? body : null,
          fields,
          raw: Buffer.from(JSON.stringify(fields)),
        });
      }
    }
}

function answer(status: number, type: string, message = ''): Answer {
  if (type !== 'application/x-protobuf') return json(status, status === 200 ? {} : { code: 3, message });
  const body = status === 200 ? Buffer.alloc(0) : Buffer.from(STATUS.encode({ code: 3, message }).finish());
  return { status, headers: { 'content-type': type }, body };
}

function handle({ method, path, headers, body }: Exchange, recorder: Recorder): Answer {
  const type = mediaType(headers);
  const refuse = (status: number, why: string): Answer => {
    recorder.fault(why);
    return answer(status, type, why);
  };
  if (path !== '/v1/logs') return refuse(404, 'no such endpoint');
  if (method !== 'POST') return refuse(405, 'another method than POST');
  if (type !== 'application/json' && type !== 'application/x-protobuf')
    return refuse(415, 'another content type');
  try {
    takeRecords(read(type, body), recorder);
    return answer(200, type);
  } catch (cause) {
    if (cause instanceof BadRequest) return refuse(400, cause.message);
    throw cause;
  }
}

/** An OTLP/HTTP receiver of logs. A record's fields are the log record with its resource and scope. */
export function startOtlp(options: HttpOptions = {}): Promise<HttpUpstream> {
  return startHttp({ handle, failure: (status) => json(status, { code: 14, message: 'not now' }) }, options);
}
