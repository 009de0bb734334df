import protobuf from 'protobufjs';
import { uncompress } from 'snappyjs';
import {
  type Answer,
  type Exchange,
  type HttpOptions,
  type HttpUpstream,
  mediaType,
  startHttp,
} from './http-upstream.ts';
import { isObject, jsonOf, type Recorder, textOf } from './recorder.ts';

/** pkg/push/push.proto of Loki; strings as bytes, so that bad UTF-8 is seen and not replaced. */
const PUSH = protobuf
  .parse(`
    syntax = "proto3";
    message PushRequest { repeated Stream streams = 1; }
    message Stream { bytes labels = 1; repeated Entry entries = 2; uint64 hash = 3; }
    message Entry { Timestamp timestamp = 1; bytes line = 2; repeated LabelPair structuredMetadata = 3; }
    message Timestamp { int64 seconds = 1; int32 nanos = 2; }
    message LabelPair { bytes name = 1; bytes value = 2; }
  `)
  .root.lookupType('PushRequest');

interface ProtoPush {
  readonly streams: readonly {
    readonly labels: Uint8Array;
    readonly entries: readonly {
      readonly line: Uint8Array;
      readonly structuredMetadata: readonly { readonly name: Uint8Array; readonly value: Uint8Array }[];
    }[];
  }[];
}

/** An entry with the labels of its stream; a string in its place says what is wrong. */
interface Entry {
  readonly labels: Readonly<Record<string, unknown>>;
  readonly line: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

const LABELS = /^\{\s*(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*"\s*(?:,\s*|(?=\})))*\}$/s;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\\n]|\\.)*)"/gs;

/** The labels of `{a="b", c="d"}`, or null where Loki's parser fails. */
function parseLabels(text: string): Record<string, string> | null {
  if (!LABELS.test(text)) return null;
  const pairs = Array.from(text.matchAll(LABEL), ([, name, value]) => [name!, jsonOf(`"${value}"`)] as const);
  if (pairs.some(([, value]) => typeof value !== 'string')) return null;
  return Object.fromEntries(pairs) as Record<string, string>;
}

const strings = (value: unknown): value is Record<string, string> =>
  isObject(value) && Object.values(value).every((one) => typeof one === 'string');

/** The entries of a JSON push, or what is wrong with it. */
function readJson(body: Buffer): Entry[] | string {
  const text = textOf(body);
  const push = text === null ? undefined : jsonOf(text);
  if (!isObject(push) || !Array.isArray(push.streams)) return 'a push that is no JSON object with streams';
  const entries: Entry[] = [];
  for (const stream of push.streams as unknown[]) {
    if (!isObject(stream) || !strings(stream.stream)) return 'labels that are not strings';
    if (!Array.isArray(stream.values)) return 'a stream without values';
    for (const value of stream.values as unknown[]) {
      if (!Array.isArray(value) || value.length < 2 || value.length > 3) return 'a value of another shape';
      const [time, line, metadata = {}] = value as unknown[];
      if (typeof time !== 'string' || !/^\d{19}$/.test(time)) return 'a time that is not in nanoseconds';
      if (typeof line !== 'string') return 'a line that is no string';
      if (!strings(metadata)) return 'structured metadata that is not strings';
      entries.push({ labels: stream.stream, line, metadata });
    }
  }
  return entries;
}

/** The entries of a protobuf push in one snappy block, or what is wrong with it. */
function readProtobuf(body: Buffer): Entry[] | string {
  let push: ProtoPush;
  try {
    push = PUSH.decode(uncompress(body)) as unknown as ProtoPush;
  } catch (cause) {
    if (cause instanceof Error) return 'a push that is no protobuf in a snappy block';
    throw cause;
  }
  const entries: Entry[] = [];
  for (const stream of push.streams) {
    const labels = parseLabels(textOf(stream.labels) ?? '');
    if (labels === null) return 'labels that do not parse';
    for (const entry of stream.entries) {
      const line = textOf(entry.line);
      const pairs = entry.structuredMetadata.map(({ name, value }) => [textOf(name), textOf(value)]);
      if (line === null || pairs.flat().includes(null)) return 'a string that is not UTF-8';
      entries.push({ labels, line, metadata: Object.fromEntries(pairs) });
    }
  }
  return entries;
}

function handle({ method, path, headers, body }: Exchange, recorder: Recorder): Answer {
  if (path === '/ready' && method === 'GET') return { status: 200, body: 'ready\n' };
  if (path !== '/loki/api/v1/push' || method !== 'POST') {
    recorder.fault('no such endpoint');
    return { status: 404, body: '404 page not found\n' };
  }
  const type = mediaType(headers);
  const entries =
    type === 'application/json'
      ? readJson(body)
      : type === 'application/x-protobuf'
        ? readProtobuf(body)
        : 'a content type that is not taken';
  if (typeof entries === 'string') {
    recorder.fault(entries);
    return { status: 400, body: `error parsing push: ${entries}\n` };
  }
  if (type === 'application/x-protobuf') recorder.keep(new Uint8Array(uncompress(body)));
  for (const { labels, line, metadata } of entries)
    recorder.take({ text: line, fields: { labels, line, metadata }, raw: Buffer.from(line) });
  return { status: 204 };
}

/** Loki's push API, JSON and protobuf. A record's fields are the stream's labels, the line and its metadata. */
export function startLoki(options: HttpOptions = {}): Promise<HttpUpstream> {
  const failure = (status: number): Answer => ({ status, body: 'ingestion rate limit exceeded\n' });
  return startHttp({ handle, failure }, options);
}
