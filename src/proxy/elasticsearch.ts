import { KUBERNETES } from '../formats/body.ts';
import type { Said } from '../formats/origin-guard.ts';
import {
  type Answer,
  type Handling,
  type HttpProtocol,
  jsonAnswer,
  type RequestHead,
  STATUS,
  type Trouble,
} from './http-protocol.ts';
import { jsonBody } from './json-body.ts';

const ORIGIN = KUBERNETES.map((name) => `kubernetes.${name}`).map((path) => ({ path, as: path }));
/** The same, and where the action ahead of a document names its index. */
const BULK_ORIGIN = [
  ...ORIGIN,
  ...['index', 'create', 'update'].map((action) => ({
    path: `${action}._index`,
    as: '_index',
    inAction: true,
  })),
];
/** Path words behind which stand documents. */
const WRITES = new Set(['_bulk', '_doc', '_create', '_update', 'bulk']);
const TYPES: Record<Trouble, string> = {
  busy: 'unleak_busy_exception',
  malformed: 'parse_exception',
  'too-large': 'content_too_long_exception',
  encoding: 'media_type_header_exception',
  'not-found': 'resource_not_found_exception',
};
/** What a client may have written as our own name. */
const HOST = /^(?:[\w.-]+|\[[0-9a-fA-F:]+\])(?::\d{1,5})?$/;

/**
 * Elasticsearch and OpenSearch: documents on their way in are redacted, everything else passes. Requests
 * for the nodes' addresses are answered here, with the address that the client used: a client that sniffs
 * would otherwise go around the proxy.
 */
export function elasticsearch(maxRecordBytes: number): HttpProtocol {
  const json = jsonBody(maxRecordBytes);
  return {
    owns: () => true,
    handle(head): Handling {
      const words = head.path.split('/').filter(Boolean);
      if (words[0] === '_nodes' && head.method === 'GET' && !words.includes('stats'))
        return { answer: nodes(head) };
      if (!writes(head, words)) return { body: null };
      const bulk = words.includes('_bulk');
      const origin = bulk ? BULK_ORIGIN : ORIGIN;
      return { body: jsonBody(maxRecordBytes, { bulk, origin, said: indexOf(words) }) };
    },
    answerBody: () => json,
    trouble(trouble, _head, why): Answer {
      const status = STATUS[trouble];
      const error = { type: TYPES[trouble], reason: `unleak: ${why}` };
      return product(jsonAnswer(status, { error: { root_cause: [error], ...error }, status }));
    },
    stickyKey: () => null,
  };
}

/** Documents go to `_bulk`, `_doc` and so on; before version 7 also to `/<index>/<type>[/<id>]`. */
function writes({ method }: RequestHead, words: readonly string[]): boolean {
  if (method !== 'POST' && method !== 'PUT') return false;
  return (
    words.some((word) => WRITES.has(word)) ||
    (words.length > 1 && words.every((word) => !word.startsWith('_')))
  );
}

/** The index that the path names. */
function indexOf([index = '_', ...more]: readonly string[]): Said[] {
  return more.length === 0 || index.startsWith('_') ? [] : [['_index', index]];
}

function nodes({ headers }: RequestHead): Answer {
  const address = HOST.test(headers.host ?? '') ? headers.host : 'localhost:9200';
  const node = { name: 'unleak', roles: ['data', 'ingest'], http: { publish_address: address } };
  const count = { total: 1, successful: 1, failed: 0 };
  return product(jsonAnswer(200, { _nodes: count, cluster_name: 'unleak', nodes: { unleak: node } }));
}

/** Clients from version 8 on refuse an answer that does not name the product. */
function product(answer: Answer): Answer {
  return { ...answer, headers: { ...answer.headers, 'x-elastic-product': 'Elasticsearch' } };
}
