import type { RoutePlan } from '../config/plan.ts';
import type { Protocol } from '../formats/protocols.ts';
import { hostPort } from '../observe/host-port.ts';
import { StartError } from '../observe/start-error.ts';
import { EXIT } from '../pipeline/exit-code.ts';
import { MatcherSupply } from '../pipeline/matcher-supply.ts';
import { Reloads } from '../pipeline/reloads.ts';
import type { Run } from '../pipeline/run.ts';
import { ConnectionLimit } from './connection-limit.ts';
import { elasticsearch } from './elasticsearch.ts';
import { startForward } from './forward.ts';
import { listenHttp } from './http-listener.ts';
import type { HttpProtocol } from './http-protocol.ts';
import type { HttpRoute } from './http-route.ts';
import { loki } from './loki.ts';
import { otlp } from './otlp.ts';
import type { Listening, StartRoute, Surroundings } from './route.ts';
import { splunkHec } from './splunk-hec.ts';
import { startSyslog } from './syslog.ts';
import { listenerFiles, readOne } from './tls-files.ts';
import { TroubleLog } from './trouble-log.ts';
import { Upstreams } from './upstreams.ts';

/** From config word to constructor. */
const HTTP: Partial<Record<Protocol, (maxRecordBytes: number) => HttpProtocol>> = {
  'splunk-hec': splunkHec,
  loki,
  otlp,
  // Owns every path, so it is asked last.
  elasticsearch,
};
const SOCKET: Partial<Record<Protocol, StartRoute>> = {
  forward: startForward,
  syslog: startSyslog,
};

/**
 * `unleak proxy`: listens for every route, until TERM or INT; then readiness falls, what is under way
 * finishes, and it ends with 0. HUP reads the Secrets again.
 * @returns the exit code
 * @throws StartError, and what loading the Secrets throws
 */
export async function runProxy(run: Run): Promise<number> {
  const { plan, observer } = run;
  let ended: (signal: NodeJS.Signals) => void = () => {};
  const ending = new Promise<NodeJS.Signals>((done) => {
    ended = done;
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, ended);
  const reloads = new Reloads();
  const supply = await MatcherSupply.start(run);
  reloads.serve(supply);
  const { routes, ...limits } = plan.proxy;
  const { maxRecordBytes, holdMs } = plan;
  const connectionLimit = new ConnectionLimit(limits.maxConnections);
  const surroundings = { supply, observer, maxRecordBytes, holdMs, limits, connectionLimit };
  const listenings = await startAll(routes, surroundings);
  observer.ready(true, `generation ${supply.current.generation} is in use`);
  const signal = await ending;
  observer.ready(false, `${signal}: what is under way is finished`);
  await Promise.all(listenings.map((listening) => listening.drain()));
  supply.close();
  reloads.over();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.off(name, ended);
  return EXIT.ok;
}

async function startAll(routes: readonly RoutePlan[], surroundings: Surroundings): Promise<Listening[]> {
  const listenings: Listening[] = [];
  const started = (listening: Listening, names: string): void => {
    listenings.push(listening);
    surroundings.observer.say('info', 'LISTENING', `${names}: listens on ${listening.at}`);
  };
  for (const shared of byAddress(routes)) {
    const plans = HTTP_ORDER.flatMap((name) => shared.filter(({ protocol }) => protocol === name));
    const { host, port } = shared[0]!.listen;
    if (plans.length > 0) {
      const made = plans.map((plan) => httpRoute(plan, surroundings));
      const tls = listenerFiles(plans[0]!);
      const listening = await listenHttp({ host, port, tls, routes: made }, surroundings);
      started(listening, plans.map(({ protocol }) => protocol).join(', '));
    }
    for (const plan of shared) {
      const start = SOCKET[plan.protocol];
      if (start !== undefined) started(await start(plan, surroundings), plan.protocol);
    }
  }
  return listenings;
}

const HTTP_ORDER = Object.keys(HTTP) as Protocol[];

/** Routes of one address share a listener; port 0 is another one each time. */
function byAddress(routes: readonly RoutePlan[]): RoutePlan[][] {
  const groups = new Map<string, RoutePlan[]>();
  routes.forEach((route, index) => {
    const { host, port, udp } = route.listen;
    const key = `${udp ? 'udp:' : ''}${hostPort(host, port)}${port === 0 ? `#${index}` : ''}`;
    const group = groups.get(key) ?? [];
    const first = group[0];
    if (first !== undefined && !mayShare(first, route, group))
      throw new StartError(
        'E_ROUTE_CLASH',
        `--route: two routes listen on ${key} and cannot share it; they must be of different HTTP protocols with the same cert=, key= and client-ca=. Give one another port.`,
      );
    groups.set(key, [...group, route]);
  });
  return [...groups.values()];
}

function mayShare(first: RoutePlan, route: RoutePlan, group: readonly RoutePlan[]): boolean {
  const http = (plan: RoutePlan): boolean => HTTP[plan.protocol] !== undefined;
  const files = (['cert', 'key', 'client-ca'] as const).every(
    (name) => first.files[name] === route.files[name],
  );
  return http(first) && http(route) && files && group.every(({ protocol }) => protocol !== route.protocol);
}

function httpRoute(plan: RoutePlan, surroundings: Surroundings): HttpRoute {
  const { observer, limits, maxRecordBytes } = surroundings;
  const file = plan.files['authorization-file'];
  // Read for each request: the file may rotate, and one that cannot be read fails that request only.
  if (file !== undefined) readOne(file);
  return {
    name: plan.protocol,
    protocol: HTTP[plan.protocol]!(maxRecordBytes),
    upstreams: new Upstreams(plan, limits.upstreamTimeoutMs, observer),
    authorization: () => (file === undefined ? null : readOne(file).toString('latin1').trim()),
    surroundings,
    log: new TroubleLog(observer, `${plan.protocol} ${hostPort(plan.listen.host, plan.listen.port)}`),
  };
}
