import {
  type Answer,
  type HttpProtocol,
  jsonAnswer,
  type RequestHead,
  STATUS,
  type Trouble,
} from './http-protocol.ts';
import { jsonBody, textBody } from './json-body.ts';

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
  const text = textBody(maxRecordBytes);
  return {
    owns: (path) => path === ROOT || path.startsWith(`${ROOT}/`),
    handle(head) {
      const [word = 'event', version, ...more] = head.path.slice(ROOT.length).split('/').filter(Boolean);
      const known = ['event', 'raw', 'ack', 'health', 'mint', 'validate'].includes(word);
      if (!known || more.length > 0 || (version !== undefined && !/^\d+\.\d+$/.test(version)))
        return { answer: this.trouble('not-found', head, '') };
      return { body: word === 'raw' ? text : json };
    },
    answerBody: () => json,
    trouble: (trouble): Answer => jsonAnswer(STATUS[trouble], REPLIES[trouble]),
    stickyKey: ({ headers, query }: RequestHead) =>
      (headers['x-splunk-request-channel'] as string | undefined) ?? query.get('channel'),
  };
}
