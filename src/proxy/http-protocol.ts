import type { IncomingHttpHeaders } from 'node:http';
import type { MakeBody } from './live-body.ts';

/** A request as far as a protocol looks at it. */
export interface RequestHead {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
}

/** An answer of our own. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Why a request was not passed on. */
export type Trouble =
  /** Ours or upstream's: the client must try again. */
  | 'busy'
  /** The body is not what it says. */
  | 'malformed'
  | 'too-large'
  /** Its Content-Encoding cannot be undone here. */
  | 'encoding'
  | 'not-found';

/** What is done with a request: answered here, or passed on with its body redacted (`null`: as it is). */
export type Handling =
  | { readonly answer: Answer }
  | { readonly body: MakeBody | null; readonly whole?: Whole };

/** A body that can be read only as a whole: its bytes are unpacked, redacted and packed again. */
export interface Whole {
  /** The Content-Encoding that names what `unpack` undoes, for clients that say so. */
  readonly coding: string;
  /** @throws BodyError */
  unpack(bytes: Buffer): Uint8Array;
  pack(bytes: Uint8Array): Uint8Array;
}

/** An HTTP protocol: which paths are its own, how a body is redacted, how trouble is told. */
export interface HttpProtocol {
  owns(path: string): boolean;
  handle(head: RequestHead): Handling;
  /** How upstream's answer is redacted: error bodies quote their input. */
  answerBody(head: RequestHead, contentType: string): MakeBody;
  trouble(trouble: Trouble, head: RequestHead, why: string): Answer;
  /** Requests of one key go to one upstream as long as it is well; null: to any. */
  stickyKey(head: RequestHead): string | null;
}

/** The status of a trouble; a protocol says the rest. 503 is what every shipper tries again. */
export const STATUS: Record<Trouble, number> = {
  busy: 503,
  malformed: 400,
  'too-large': 413,
  encoding: 415,
  'not-found': 404,
};

/** After this many seconds a client may try again. */
const RETRY_AFTER = 1;

/** An answer of our own; a busy one says when to try again. */
export function answerOf(status: number, type: string, body: string | Uint8Array): Answer {
  const retry: Record<string, string> = status === STATUS.busy ? { 'retry-after': String(RETRY_AFTER) } : {};
  return { status, headers: { 'content-type': type, ...retry }, body };
}

/** The same in JSON. */
export function jsonAnswer(status: number, content: unknown): Answer {
  return answerOf(status, 'application/json', JSON.stringify(content));
}
