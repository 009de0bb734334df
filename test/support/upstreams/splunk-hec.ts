import type { IncomingHttpHeaders } from 'node:http';
import {
  type Answer,
  type Exchange,
  type HttpOptions,
  type HttpUpstream,
  json,
  startHttp,
} from './http-upstream.ts';
import { isObject, type Json, jsonOf, type Recorder, textOf } from './recorder.ts';

export interface HecOptions extends HttpOptions {
  readonly token: string;
  /** Indexer acknowledgement: every request needs a channel and gets an ackId. */
  readonly ack?: boolean;
  /** Takes `?token=`, which Splunk does only where it is switched on. */
  readonly queryToken?: boolean;
}

/** Code -> status and text, from the product's "Troubleshoot HTTP Event Collector". */
const REPLIES: Readonly<Record<number, readonly [number, string]>> = {
  0: [200, 'Success'],
  2: [401, 'Token is required'],
  3: [401, 'Invalid authorization'],
  4: [403, 'Invalid token'],
  5: [400, 'No data'],
  6: [400, 'Invalid data format'],
  8: [500, 'Internal server error'],
  9: [503, 'Server is busy'],
  10: [400, 'Data channel is missing'],
  11: [400, 'Invalid data channel'],
  12: [400, 'Event field is required'],
  13: [400, 'Event field cannot be blank'],
  14: [400, 'ACK is disabled'],
  15: [400, 'Error in handling indexed fields'],
  16: [400, 'Query string authorization is not enabled'],
  17: [200, 'HEC is healthy'],
};

const KEYS = ['time', 'host', 'source', 'sourcetype', 'index', 'event', 'fields'];
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function reply(code: number, more: Json = {}): Answer {
  const [status, text] = REPLIES[code]!;
  return json(status, { text, code, ...more });
}

/**
 * The JSON objects of a batch, back to back or with white space between. An object ends at the first `}`
 * up to which everything parses, so nothing here knows more of JSON than JSON.parse. Null: not a batch.
 */
function splitBatch(body: string): string[] | null {
  const objects: string[] = [];
  let at = 0;
  for (;;) {
    while (at < body.length && ' \t\r\n'.includes(body[at]!)) at++;
    if (at === body.length) return objects;
    if (body[at] !== '{') return null;
    let end = at;
    do {
      end = body.indexOf('}', end) + 1;
      if (end === 0) return null;
    } while (jsonOf(body.slice(at, end)) === undefined);
    objects.push(body.slice(at, end));
    at = end;
  }
}

/** The code that refuses an event, or 0. */
function judge(event: Json): number {
  if (Object.keys(event).some((key) => !KEYS.includes(key))) return 6;
  if (!('event' in event) || event.event === null) return 12;
  if (event.event === '') return 13;
  const { time, fields } = event;
  if (time !== undefined && !/^\d+(?:\.\d+)?$/.test(String(time))) return 6;
  if (fields !== undefined && (!isObject(fields) || Object.values(fields).some(isObject))) return 15;
  return 0;
}

function tokenOf(headers: IncomingHttpHeaders): string | null {
  const [scheme, value = ''] = (headers.authorization ?? '').split(/ (.*)/s);
  if (scheme === 'Splunk') return value;
  // Fluent Bit's http_user: the token is the password, the name counts for nothing.
  if (scheme === 'Basic') return Buffer.from(value, 'base64').toString().split(/:(.*)/s)[1] ?? '';
  return null;
}

class Hec {
  readonly #options: HecOptions;
  /** The next ackId of each channel. */
  readonly #acks = new Map<string, number>();

  constructor(options: HecOptions) {
    this.#options = options;
  }

  failure(status: number): Answer {
    if (status === 503) return reply(9);
    return status === 500 ? reply(8) : json(status, { text: 'Invalid data format', code: 6 });
  }

  handle(exchange: Exchange, recorder: Recorder): Answer {
    const path = exchange.path.replace(/^\/services\/collector\/?/, '').replace(/\/1\.0$/, '');
    if (exchange.path.startsWith('/services/collector')) {
      if (path === 'health' && exchange.method === 'GET') return reply(17);
      if (['', 'event', 'raw', 'ack'].includes(path) && exchange.method === 'POST') {
        const code = this.#authorize(exchange) || this.#channelCode(exchange, path);
        if (code === 0)
          return path === 'ack' ? this.#answerAcks(exchange) : this.#take(path, exchange, recorder);
        recorder.fault(`${REPLIES[code]![1]} (code ${code})`);
        return reply(code);
      }
    }
    recorder.fault('no such endpoint');
    return json(404, { text: 'The requested URL was not found on this server.', code: 404 });
  }

  #authorize({ headers, query }: Exchange): number {
    if (headers.authorization === undefined) {
      const given = query.get('token');
      if (given === null) return 2;
      if (!this.#options.queryToken) return 16;
      return given === this.#options.token ? 0 : 4;
    }
    const given = tokenOf(headers);
    if (given === null) return 3;
    return given === this.#options.token ? 0 : 4;
  }

  #channelCode(exchange: Exchange, path: string): number {
    if (path === 'ack' && !this.#options.ack) return 14;
    const channel = channelOf(exchange);
    if (channel === null) return path === 'raw' || path === 'ack' || this.#options.ack ? 10 : 0;
    return GUID.test(channel) ? 0 : 11;
  }

  #take(path: string, exchange: Exchange, recorder: Recorder): Answer {
    const body = textOf(exchange.body);
    const code = body === null ? 6 : body.trim() === '' ? 5 : 0;
    if (code !== 0) return refuse(recorder, code);
    const refused = path === 'raw' ? null : this.#takeEvents(body!, recorder);
    if (refused !== null) return refused;
    if (path === 'raw')
      for (const line of body!.split('\n').filter((one) => one !== ''))
        recorder.take({ text: line, fields: { event: line }, raw: Buffer.from(line) });
    if (!this.#options.ack) return reply(0);
    const channel = channelOf(exchange)!;
    const ackId = this.#acks.get(channel) ?? 0;
    this.#acks.set(channel, ackId + 1);
    return reply(0, { ackId });
  }

  #takeEvents(body: string, recorder: Recorder): Answer | null {
    const objects = splitBatch(body);
    if (objects === null) return refuse(recorder, 6, { 'invalid-event-number': 0 });
    for (const [number, text] of objects.entries()) {
      const event = jsonOf(text) as Json;
      const code = judge(event);
      // The events before a bad one are indexed: that is what invalid-event-number is for.
      if (code !== 0) return refuse(recorder, code, { 'invalid-event-number': number });
      const line = typeof event.event === 'string' ? event.event : null;
      recorder.take({ text: line, fields: event, raw: Buffer.from(text) });
    }
    return null;
  }

  #answerAcks(exchange: Exchange): Answer {
    const asked = jsonOf(exchange.body.toString());
    if (!isObject(asked) || !Array.isArray(asked.acks)) return reply(6);
    const given = this.#acks.get(channelOf(exchange)!) ?? 0;
    return json(200, { acks: Object.fromEntries(asked.acks.map((id) => [String(id), Number(id) < given])) });
  }
}

function channelOf({ headers, query }: Exchange): string | null {
  return (headers['x-splunk-request-channel'] as string | undefined) ?? query.get('channel');
}

function refuse(recorder: Recorder, code: number, more: Json = {}): Answer {
  recorder.fault(`${REPLIES[code]![1]} (code ${code})`);
  return reply(code, more);
}

/** Splunk's HTTP Event Collector. A record's fields are the whole event object. */
export function startSplunkHec(options: HecOptions): Promise<HttpUpstream> {
  return startHttp(new Hec(options), options);
}
