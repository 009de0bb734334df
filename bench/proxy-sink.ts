// The upstream of every proxy in a process of its own: `node proxy-sink.js`. It takes bodies as fast as
// it can, answers as Splunk and Elasticsearch do, and counts what arrived.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { COUNTS_PATH, LEAKS_PATH, SINK_HEADERS, type SinkCounts } from './sink-counts.ts';

const PLACEHOLDER = Buffer.from('[REDACTED:');
const ITEM = JSON.stringify({
  index: { _index: 'shop', _id: 'o5yRhY8BzV', _version: 1, result: 'created', _seq_no: 1, status: 201 },
});
const NOTHING: SinkCounts = { requests: 0, checked: 0, planted: 0, placeholders: 0, leaking: 0 };

/** Leaks that are sought in a body on request; one is sought in every body. */
const MANY = 64;

serve();

function serve(): void {
  const leaks = new Map<string, readonly Buffer[]>();
  const answers = new Map<string, string>();
  const byWay = new Map<string, SinkCounts>();
  let turn = 0;
  const take = ({ headers }: IncomingMessage, body: Buffer): void => {
    const needles = leaks.get(String(headers[SINK_HEADERS.set]))!;
    const many = headers[SINK_HEADERS.many] !== undefined;
    const sought = Array.from({ length: many ? MANY : 1 }, () => needles[turn++ % needles.length]!);
    const via = String(headers[SINK_HEADERS.via]);
    const counts = byWay.get(via) ?? NOTHING;
    byWay.set(via, {
      requests: counts.requests + 1,
      checked: counts.checked + (many ? 1 : 0),
      planted: counts.planted + Number(headers[SINK_HEADERS.planted]),
      placeholders: counts.placeholders + occurrences(body, PLACEHOLDER),
      leaking: counts.leaking + (sought.some((needle) => body.includes(needle)) ? 1 : 0),
    });
  };
  const learn = (set: string, body: Buffer): void => {
    leaks.set(
      set,
      (JSON.parse(body.toString()) as string[]).map((leak) => Buffer.from(leak)),
    );
  };
  const answerTo = ({ url = '', headers }: IncomingMessage): string => {
    if (url.startsWith(COUNTS_PATH)) {
      const via = url.slice(COUNTS_PATH.length);
      const counts = byWay.get(via) ?? NOTHING;
      byWay.delete(via);
      return JSON.stringify(counts);
    }
    if (!url.endsWith('/_bulk')) return '{"text":"Success","code":0}';
    const records = String(headers[SINK_HEADERS.records]);
    const items = (): string => Array.from({ length: Number(records) }, () => ITEM).join(',');
    const answer = answers.get(records) ?? `{"took":1,"errors":false,"items":[${items()}]}`;
    answers.set(records, answer);
    return answer;
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    // A body that is cut off never ends, and does not count.
    request.on('end', () => {
      const { method, url = '' } = request;
      const body = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
      if (url.startsWith(LEAKS_PATH)) learn(url.slice(LEAKS_PATH.length), body);
      else if (method === 'POST') take(request, body);
      const answer = answerTo(request);
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': answer.length });
      response.end(answer);
    });
  });
  server.keepAliveTimeout = 75_000;
  server.listen(0, '127.0.0.1', () => {
    process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
  });
}

function occurrences(body: Buffer, what: Buffer): number {
  let count = 0;
  for (let at = body.indexOf(what); at !== -1; at = body.indexOf(what, at + what.length)) count++;
  return count;
}
