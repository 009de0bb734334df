import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Plan } from '../config/plan.ts';
import { hostPort } from './host-port.ts';
import { errnoOf, StartError } from './start-error.ts';

type Address = NonNullable<Plan['metrics']>;

/** What the listener can be asked for. */
export interface AdminAnswers {
  metrics(): Promise<{ contentType: string; text: string }>;
  readiness(): { ready: boolean; why: string };
}

/** The listener once it runs. */
export interface Admin {
  /** The port is the one the system gave where 0 was asked for. */
  readonly at: string;
  stop(): Promise<void>;
}

/** Scrapers and probes at once; more wait. */
const MAX_CONNECTIONS = 64;

/**
 * Serves /metrics, /livez and /readyz.
 * @throws StartError E_METRICS_LISTEN
 */
export async function startAdmin(address: Address, answers: AdminAnswers): Promise<Admin> {
  const server = createServer({ headersTimeout: 5000, requestTimeout: 5000 }, (request, response) => {
    const answer = (status: number, body: string, type = 'text/plain; charset=utf-8'): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    // Nothing here reads a body.
    request.resume();
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, 'GET or HEAD only\n');
    switch (request.url?.split('?')[0]) {
      case '/livez':
        return answer(200, 'ok\n');
      case '/readyz': {
        const { ready, why } = answers.readiness();
        return answer(ready ? 200 : 503, `${ready ? 'ready' : 'not ready'}: ${why}\n`);
      }
      case '/metrics':
        answers.metrics().then(
          ({ contentType, text }) => answer(200, text, contentType),
          () => answer(500, 'the metrics could not be gathered\n'),
        );
        return;
      default:
        return answer(404, 'only /metrics, /livez and /readyz are here\n');
    }
  });
  server.maxConnections = MAX_CONNECTIONS;
  await listen(server, address);
  // The stream decides when the process ends, not a scraper that keeps its connection.
  server.unref();
  const { address: host, port } = server.address() as AddressInfo;
  return {
    at: `http://${hostPort(host, port)}`,
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, { host, port }: Address): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', (error) => {
      const what = `${host}:${port}: cannot listen (${errnoOf(error)}); nothing was read`;
      fail(
        new StartError('E_METRICS_LISTEN', `--metrics ${what}. Choose another port, or stop what uses it.`),
      );
    });
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      // A connection's own trouble must not end the process.
      server.on('error', () => {});
      server.on('clientError', (_, socket) => socket.destroy());
      done();
    });
  });
}
