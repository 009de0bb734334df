import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { hostPort } from '../observe/host-port.ts';
import { exchange, type HttpRoute, send } from './exchange.ts';
import { jsonAnswer, type RequestHead } from './http-protocol.ts';
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
  const { limits, observer, connections } = surroundings;
  const busy = new Set<ServerResponse>();
  let draining = false;
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    busy.add(response);
    response.once('close', () => busy.delete(response));
    if (draining) response.shouldKeepAlive = false;
    void serve(plan.routes, request, response);
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
  connections.watch(server, plan.routes[0]!.log);
  server.on('clientError', (_error, socket) => refuseSocket(socket as Socket));
  await listening(server, plan, (done) => server.listen(plan.port, plan.host, done));
  const { address, port } = server.address() as AddressInfo;
  return {
    at: hostPort(address, port),
    async drain() {
      draining = true;
      await pause(Math.min(NOTICE_MS, limits.drainMs * NOTICE_SHARE));
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeIdleConnections();
      const late = setTimeout(() => server.closeAllConnections(), limits.drainMs * (1 - NOTICE_SHARE));
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
  if (!url.startsWith('/')) return null;
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

/** What is no HTTP, smuggling attempts (both lengths given) included: nothing of it is passed on. */
function refuseSocket(socket: Socket): void {
  if (socket.writable)
    socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  else socket.destroy();
}
