import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { hostPort } from '../observe/host-port.ts';
import { Connections } from './connections.ts';
import { exchange, send } from './exchange.ts';
import { jsonAnswer, type RequestHead } from './http-protocol.ts';
import type { HttpRoute } from './http-route.ts';
import { listening } from './listening.ts';
import type { Listening, Surroundings } from './route.ts';
import { type ListenerFiles, watchTls } from './tls-files.ts';

/** Fluent Bit keeps connections idle for 30 s; Node's own 5 s would close them under its next request. */
const KEEP_ALIVE_MS = 75_000;
/** A client has this long for its headers, and 5 minutes for a request with its body. */
const HEADERS_MS = 80_000;
const REQUEST_MS = 300_000;
const MAX_HEADER_BYTES = 32 * 1024;
/** After TERM clients are still taken for this share of the drain time, 2 s at most: load balancers need to hear of it. */
const NOTICE_SHARE = 0.1;
const NOTICE_MS = 2_000;

export interface HttpPlan {
  readonly host: string;
  readonly port: number;
  readonly tls: ListenerFiles | null;
  /** At least one. */
  readonly routes: readonly HttpRoute[];
}

/**
 * Listens for HTTP requests and gives each to the route that owns its path.
 * @throws StartError E_ROUTE_LISTEN, E_ROUTE_FILE
 */
export async function listenHttp(plan: HttpPlan, surroundings: Surroundings): Promise<Listening> {
  const { limits, observer, connectionLimit } = surroundings;
  const busy = new Set<ServerResponse>();
  /** Connections on which nothing more is read: what stands behind an ambiguous head may be its body. */
  const refused = new WeakSet<Socket>();
  let draining = false;
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    connections.used(request.socket);
    if (refused.has(request.socket)) return;
    busy.add(response);
    response.once('close', () => busy.delete(response));
    if (draining) response.shouldKeepAlive = false;
    const wrong = ambiguity(request);
    if (wrong === null) return void serve(plan.routes, request, response);
    refused.add(request.socket);
    response.shouldKeepAlive = false;
    send(response, jsonAnswer(400, { error: `unleak: ${wrong}` }));
  };
  const options = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    connectionsCheckingInterval: 5_000,
  };
  const watched = plan.tls === null ? null : watchTls(plan.tls, observer);
  const tls = watched === null ? null : createTlsServer({ ...options, ...watched.context }, take);
  if (tls !== null) watched?.follow(tls);
  const server: Server | TlsServer = tls ?? createServer(options, take);
  connectionLimit.watch(server, plan.routes[0]!.log);
  const connections = new Connections(server, tls === null ? 'connection' : 'secureConnection');
  server.on('clientError', (error: NodeJS.ErrnoException, socket) =>
    refuseSocket(error.code ?? '', socket as Socket, busy),
  );
  await listening(server, plan, (done) => server.listen(plan.port, plan.host, done));
  const { address, port } = server.address() as AddressInfo;
  return {
    at: hostPort(address, port),
    async drain() {
      draining = true;
      await pause(Math.min(NOTICE_MS, limits.drainMs * NOTICE_SHARE));
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeIdleConnections();
      connections.closeUnused();
      const late = setTimeout(() => connections.closeAll(), limits.drainMs * (1 - NOTICE_SHARE));
      for (const response of busy)
        response.once('finish', () => setImmediate(() => server.closeIdleConnections()));
      await closed;
      clearTimeout(late);
      watched?.stop();
      await Promise.all(plan.routes.map(({ upstreams }) => upstreams.close()));
    },
  };
}

async function serve(
  routes: readonly HttpRoute[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const head = headOf(request);
  if (head === null)
    return send(response, jsonAnswer(400, { error: 'unleak: the request target is no path' }));
  const route = routes.find(({ protocol }) => protocol.owns(head.path));
  if (route === undefined)
    return send(response, jsonAnswer(404, { error: 'unleak: no route of this listener owns the path' }));
  await exchange(route, head, request, response);
}

/** The path as upstream will read it, percent signs undone; null for a target that is none (an absolute URL, say). */
function headOf({ url = '', method = 'GET', headers }: IncomingMessage): RequestHead | null {
  // A URL has neither of them here, and servers disagree on what they mean.
  if (!url.startsWith('/') || /[#\\]/.test(url)) return null;
  const question = url.indexOf('?');
  try {
    const path = decodeURIComponent(question === -1 ? url : url.slice(0, question)).replace(/\/{2,}/g, '/');
    if (path.split('/').includes('..')) return null;
    return { method, path, query: new URLSearchParams(question === -1 ? '' : url.slice(question)), headers };
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

/**
 * What in a head another server could read in another way, though Node's parser takes it; null for nothing.
 * A body in another transfer coding (RFC 9112, section 7) would pass with it, unread.
 */
function ambiguity({ headers, headersDistinct }: IncomingMessage): string | null {
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked')
    return 'the Transfer-Encoding is not chunked';
  if ((headersDistinct.host?.length ?? 0) > 1) return 'there are two Host headers';
  return null;
}

/** Status lines by error code; anything else that is no HTTP is 400. */
const REFUSALS: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Content Too Large',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

/** What is no HTTP, smuggling attempts (both lengths given) included: nothing of it is passed on. */
function refuseSocket(code: string, socket: Socket, busy: ReadonlySet<ServerResponse>): void {
  const open = [...busy].filter(({ req }) => req.socket === socket);
  const [last] = open;
  // A whole request that still waits for its answer would take the refusal for it.
  const answerable = last === undefined || (open.length === 1 && !last.req.complete && !last.headersSent);
  if (answerable && socket.writable)
    socket.write(
      `HTTP/1.1 ${REFUSALS[code] ?? '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
  socket.destroySoon();
}
