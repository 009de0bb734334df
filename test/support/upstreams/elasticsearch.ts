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

export interface ElasticsearchOptions extends HttpOptions {
  /** OpenSearch sends no X-Elastic-Product and takes `_type` from old clients. Default: elasticsearch. */
  readonly product?: 'elasticsearch' | 'opensearch';
  /** Documents (by the bench's own count, from 0) that the mapping refuses, with an error that echoes the value. */
  readonly refuses?: (document: number) => boolean;
}

const ACTIONS = ['index', 'create', 'update', 'delete'];
const PARAMETERS =
  /^(?:_index|_id|routing|version|version_type|if_seq_no|if_primary_term|require_alias|require_data_stream|dynamic_templates|retry_on_conflict|pipeline|list_executed_pipelines)$/;
const MEDIA = /^application\/(?:json|x-ndjson|vnd\.elasticsearch\+(?:json|x-ndjson))$/;

function error(status: number, type: string, reason: string): Answer {
  const cause = { type, reason };
  return json(status, { error: { root_cause: [cause], ...cause }, status });
}

/** An operation as cut out of a bulk body, in order. */
interface Operation {
  readonly action: string;
  readonly meta: Json;
  /** Null for a delete. */
  readonly source: string | null;
}

/**
 * Cuts a bulk body. A blank line is passed over where an action is due, as the server does (rsyslog leaves
 * one after each source), and nowhere else. The string says why the whole request is refused.
 */
function cutBulk(body: string, index: string | null, opensearch: boolean): Operation[] | string {
  if (!body.endsWith('\n')) return 'The bulk request must be terminated by a newline [\\n]';
  const lines = body.slice(0, -1).split('\n');
  const operations: Operation[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!.replace(/\r$/, '');
    if (line === '') continue;
    const parsed = jsonOf(line);
    const [action, meta, ...others] = isObject(parsed) ? Object.entries(parsed).flat() : [];
    if (typeof action !== 'string' || !ACTIONS.includes(action) || !isObject(meta) || others.length > 0)
      return `Malformed action/metadata line [${at + 1}], expected one of [create, delete, index, update]`;
    const strange = Object.keys(meta).find(
      (key) => !PARAMETERS.test(key) && !(opensearch && key === '_type'),
    );
    if (strange !== undefined) return `Action/metadata line [${at + 1}] contains an unknown parameter`;
    if (meta._index === undefined && index === null) return 'index is missing';
    const whole = { _index: index, ...meta };
    if (action === 'delete') operations.push({ action, meta: whole, source: null });
    else if (lines[at + 1] === undefined) return `Action/metadata line [${at + 1}] has no source`;
    else operations.push({ action, meta: whole, source: lines[++at]!.replace(/\r$/, '') });
  }
  return operations.length === 0 ? 'request body is required' : operations;
}

class Elasticsearch {
  readonly #options: ElasticsearchOptions;
  readonly #opensearch: boolean;
  /** index/id of what is stored, for `create`. */
  readonly #stored = new Set<string>();
  #documents = 0;

  constructor(options: ElasticsearchOptions) {
    this.#options = options;
    this.#opensearch = options.product === 'opensearch';
  }

  failure(status: number): Answer {
    return this.#signed(
      error(status, 'es_rejected_execution_exception', 'rejected execution of coordinating operation'),
    );
  }

  handle(exchange: Exchange, recorder: Recorder): Answer {
    return this.#signed(this.#route(exchange, recorder));
  }

  #signed(answer: Answer): Answer {
    if (this.#opensearch) return answer;
    return { ...answer, headers: { ...answer.headers, 'x-elastic-product': 'Elasticsearch' } };
  }

  #route(exchange: Exchange, recorder: Recorder): Answer {
    const { method, path, body } = exchange;
    const reads = method === 'GET' || method === 'HEAD';
    if (reads && path === '/') return json(200, this.#root());
    if (reads && path === '/_cluster/health')
      return json(200, { cluster_name: 'bench', status: 'green', timed_out: false });
    if (reads && /^\/_nodes(?:\/_all)?\/http$/.test(path)) return json(200, NODES);
    const [, index, endpoint = '', id] =
      /^(?:\/([^/_][^/]*))?\/(_bulk|_doc|_create|_update)(?:\/([^/]+))?$/.exec(path) ?? [];
    if (reads || endpoint === '' || (method !== 'POST' && method !== 'PUT')) {
      recorder.fault('no such endpoint');
      return error(400, 'illegal_argument_exception', 'no handler found for uri and method');
    }
    if (!MEDIA.test(mediaType(exchange.headers))) {
      recorder.fault('a content type that the server refuses');
      return json(406, { error: 'Content-Type header is not supported', status: 406 });
    }
    const text = textOf(body);
    if (text === null) {
      recorder.fault('a body that is not UTF-8');
      return error(400, 'parse_exception', 'Invalid UTF-8');
    }
    if (endpoint === '_bulk') return this.#bulk(text, index ?? null, recorder);
    return this.#single(text, { endpoint, index: index ?? '', id: id ?? null }, recorder);
  }

  #root(): Json {
    const version = this.#opensearch
      ? { distribution: 'opensearch', number: '3.0.0', build_flavor: undefined }
      : { number: '9.0.0', build_flavor: 'default', lucene_version: '10.1.0' };
    return { name: 'bench', cluster_name: 'bench', version, tagline: 'You Know, for Search' };
  }

  #bulk(text: string, index: string | null, recorder: Recorder): Answer {
    const operations = cutBulk(text, index, this.#opensearch);
    if (typeof operations === 'string') {
      recorder.fault(operations);
      return error(400, 'illegal_argument_exception', operations);
    }
    const items = operations.map((operation) => ({ [operation.action]: this.#item(operation, recorder) }));
    const errors = items.some((item) => Object.values(item).some((result) => 'error' in result));
    return json(200, { took: 1, errors, items });
  }

  /** Does one operation; its result is the item of the same position. */
  #item({ action, meta, source }: Operation, recorder: Recorder): Json {
    const document = this.#documents++;
    const _index = String(meta._index);
    const _id = String(meta._id ?? `made-${document}`);
    const parsed = source === null ? {} : jsonOf(source);
    const refuse = (status: number, type: string, reason: string): Json => ({
      _index,
      _id,
      status,
      error: { type, reason },
    });
    if (!isObject(parsed)) {
      recorder.fault(`the source of operation ${document} is no JSON object`);
      return refuse(400, 'document_parsing_exception', '[1:1] failed to parse: not an object');
    }
    if (this.#options.refuses?.(document)) {
      const [field, value] = Object.entries(parsed)[0] ?? ['', ''];
      return refuse(
        400,
        'document_parsing_exception',
        `[1:1] failed to parse field [${field}] of type [long] in document with id '${_id}'. Preview of field's value: '${String(value)}'`,
      );
    }
    const key = `${_index}/${_id}`;
    if (action === 'create' && this.#stored.has(key))
      return refuse(
        409,
        'version_conflict_engine_exception',
        `[${_id}]: version conflict, document already exists`,
      );
    this.#stored.add(key);
    recorder.take({ text: null, fields: { action, meta, source: parsed }, raw: Buffer.from(source ?? '') });
    const result = action === 'delete' ? 'deleted' : action === 'update' ? 'updated' : 'created';
    const _shards = { total: 2, successful: 1, failed: 0 };
    const status = result === 'created' ? 201 : 200;
    return { _index, _id, _version: 1, result, _shards, _seq_no: document, _primary_term: 1, status };
  }

  #single(
    text: string,
    target: { endpoint: string; index: string; id: string | null },
    recorder: Recorder,
  ): Answer {
    const action = { _doc: 'index', _create: 'create', _update: 'update' }[target.endpoint]!;
    const meta = {
      _index: target.index,
      ...(target.id === null ? {} : { _id: decodeURIComponent(target.id) }),
    };
    const { status, error: refused, ...result } = this.#item({ action, meta, source: text }, recorder);
    if (refused === undefined) return json(Number(status), result);
    const { type, reason } = refused as { type: string; reason: string };
    return error(Number(status), type, reason);
  }
}

/** An address that must not reach a client behind a proxy: port 9, where nothing listens. */
const NODES: Json = {
  _nodes: { total: 1, successful: 1, failed: 0 },
  cluster_name: 'bench',
  nodes: {
    bench: {
      name: 'bench',
      roles: ['data', 'ingest', 'master'],
      http: {
        bound_address: ['127.0.0.1:9'],
        publish_address: '127.0.0.1:9',
        max_content_length_in_bytes: 104_857_600,
      },
    },
  },
};

/** Elasticsearch's (or OpenSearch's) document endpoints. A record's fields are its action, meta and source. */
export function startElasticsearch(options: ElasticsearchOptions = {}): Promise<HttpUpstream> {
  return startHttp(new Elasticsearch(options), options);
}
