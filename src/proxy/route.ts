import type { Plan, RoutePlan } from '../config/plan.ts';
import type { Observer } from '../observe/observer.ts';
import type { MatcherSupply } from '../pipeline/matcher-supply.ts';
import type { ConnectionLimit } from './connection-limit.ts';

/** What every route runs with. */
export interface Surroundings {
  readonly supply: Pick<MatcherSupply, 'current' | 'attach' | 'detach' | 'taking'>;
  readonly observer: Observer;
  readonly maxRecordBytes: number;
  /** Silence after which bytes of a protocol without a record's end are decided; the longest wait for a changed secret. In milliseconds. */
  readonly holdMs: number;
  readonly limits: Omit<Plan['proxy'], 'routes'>;
  readonly connectionLimit: ConnectionLimit;
}

/** Something that listens, for one route or for several of one address. */
export interface Listening {
  /** Where, as a person writes it: `127.0.0.1:8088`, `udp:[::1]:514`. The port is the one that the system gave where 0 was asked for. */
  readonly at: string;
  /** Takes no more connections, lets what is under way finish (`drainMs` at most), closes. */
  drain(): Promise<void>;
}

/**
 * Starts to listen.
 * @throws StartError E_ROUTE_LISTEN, E_ROUTE_FILE
 */
export type StartRoute = (plan: RoutePlan, surroundings: Surroundings) => Promise<Listening>;
