import type { Protocol } from '../formats/protocols.ts';
import type { HttpProtocol } from './http-protocol.ts';
import type { Surroundings } from './route.ts';
import type { TroubleLog } from './trouble-log.ts';
import type { Upstreams } from './upstreams.ts';

/** One HTTP route, ready to take requests. */
export interface HttpRoute {
  readonly name: Protocol;
  readonly protocol: HttpProtocol;
  readonly upstreams: Upstreams;
  /** The Authorization header of our own; null passes the client's. */
  readonly authorization: () => string | null;
  readonly surroundings: Surroundings;
  readonly log: TroubleLog;
}
