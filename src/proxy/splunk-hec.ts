import type { Said } from '../formats/origin-guard.ts';
import {
  type Answer,
  type HttpProtocol,
  jsonAnswer,
  type RequestHead,
  STATUS,
  type Trouble,
} from './http-protocol.ts';
import { jsonBody, textBody } from './json-body.ts';

/** Members of an event, and query parameters of `raw`, that say where it comes from ("Format events for HTTP Event Collector"). */
const METADATA = ['host', 'source', 'sourcetype', 'index'];
const ORIGIN = METADATA.map((path) => ({ path, as: path }));
const ROOT = '/services/collector';
/** Text and code of Splunk's own answers, by trouble ("Troubleshoot HTTP Event Collector", table of codes). */
const REPLIES: Record<Trouble, { text: string; code: number }> = {
  busy: { text: 'Server is busy', code: 9 },
  malformed: { text: 'Invalid data format', code: 6 },
  'too-large': { text: 'Invalid data format', code: 6 },
  encoding: { text: 'Invalid data format', code: 6 },
  'not-found': { text: 'The requested URL was not found on this server.', code: 404 },
};

/**
 * Splunk's HTTP Event Collector: `event` (JSON values one behind the other, nothing between), `raw` (lines),
 * `ack` and `health`. The channel keeps its upstream: acknowledgements are known there only.
 */
export function splunkHec(maxRecordBytes: number): HttpProtocol {
  const json = jsonBody(maxRecordBytes);
  const event = jsonBody(maxRecordBytes, { origin: ORIGIN });
  return {
    owns: (path) => path === ROOT || path.startsWith(`${ROOT}/`),
    handle(head) {
      const [word = 'event', version, ...more] = head.path.slice(ROOT.length).split('/').filter(Boolean);
      const known = ['event', 'raw', 'ack', 'health', 'mint', 'validate'].includes(word);
      if (!known || more.length > 0 || (version !== undefined && !/^\d+\.\d+$/.test(version)))
        return { answer: this.trouble('not-found', head, '') };
      if (word !== 'raw') return { body: event };
      return { body: textBody(maxRecordBytes, { said: metadataOf(head) }) };
    },
    answerBody: () => json,
    trouble: (trouble): Answer => jsonAnswer(STATUS[trouble], REPLIES[trouble]),
    stickyKey: ({ headers, query }: RequestHead) =>
      (headers['x-splunk-request-channel'] as string | undefined) ?? query.get('channel'),
  };
}

/** What the query of a `raw` request says of all its events. */
function metadataOf({ query }: RequestHead): Said[] {
  return METADATA.flatMap((name): Said[] => {
    const value = query.get(name);
    return value === null ? [] : [[name, value]];
  });
}
