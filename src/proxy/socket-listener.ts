import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { RoutePlan } from '../config/plan.ts';
import { hostPort } from '../observe/host-port.ts';
import { Connections } from './connections.ts';
import { listening } from './listening.ts';
import type { Listening, Surroundings } from './route.ts';
import { listenerFiles, watchTls } from './tls-files.ts';
import { TroubleLog } from './trouble-log.ts';

/** After TERM a connection that was silent for this long ends, if nothing of it is under way. */
export const LAST_WORDS_MS = 200;

/** One client's connection on its way through. */
export interface SocketRelay {
  /** Settles when the connection has ended; trouble is told to `log`. */
  run(log: TroubleLog): Promise<void>;
  /** Ends once the client is silent, and after `limitMs` in any case. */
  drain(limitMs: number): Promise<void>;
}

/**
 * Listens on TCP, with TLS where the route names files.
 * @param relay is made for each connection, which it ends itself: half of one may be closed while the other goes on
 * @throws StartError E_ROUTE_LISTEN, E_ROUTE_FILE
 */
export async function listenSockets(
  plan: RoutePlan,
  { observer, limits, connectionLimit }: Surroundings,
  relay: (client: Socket) => SocketRelay,
): Promise<Listening> {
  const files = listenerFiles(plan);
  const watched = files === null ? null : watchTls(files, observer);
  const log = new TroubleLog(observer, `${plan.protocol} ${hostPort(plan.listen.host, plan.listen.port)}`);
  const relays = new Set<SocketRelay>();
  const take = (client: Socket): void => {
    const made = relay(client);
    relays.add(made);
    void made.run(log).finally(() => relays.delete(made));
  };
  const options = { allowHalfOpen: true };
  const tls = watched === null ? null : createTlsServer({ ...watched.context, ...options }, take);
  if (tls !== null) watched?.follow(tls);
  const server: Server = tls ?? createServer(options, take);
  connectionLimit.watch(server, log);
  const connections = new Connections(server);
  await listening(server, plan.listen, (done) => server.listen(plan.listen.port, plan.listen.host, done));
  const { address, port } = server.address() as AddressInfo;
  return {
    at: hostPort(address, port),
    async drain() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      await Promise.all([...relays].map((one) => one.drain(limits.drainMs)));
      watched?.stop();
      connections.closeAll();
      await closed;
    },
  };
}
