import { PROTOCOLS, type Protocol } from '../formats/protocols.ts';
import type { RoutePlan, UpstreamPlan } from './plan.ts';
import { didYouMean } from './suggest.ts';
import { parseValue } from './values.ts';

/** What may stand behind a route's upstreams as `name=FILE`, and the side it belongs to. */
export const ROUTE_FILES = {
  cert: 'Certificate chain (PEM) of the listener: turns TLS on.',
  key: 'Private key (PEM) of the listener.',
  'client-ca': 'CA certificates (PEM): clients must show a certificate signed by one of them.',
  ca: 'CA certificates (PEM) that upstream is trusted by, in place of the usual ones.',
  'upstream-cert': 'Certificate chain (PEM) shown to upstream.',
  'upstream-key': 'Private key (PEM) for it.',
  'authorization-file':
    'Holds the Authorization header that upstream gets in place of the client’s; HTTP routes only.',
  'shared-key-file': 'Holds the shared key that Forward clients must know; forward routes only.',
  'users-file':
    'Lines of USER:PASSWORD: Forward clients must be one of them as well, beside the shared key; forward routes only.',
  'upstream-shared-key-file': 'Holds the shared key of the Forward upstream; forward routes only.',
  'upstream-user-file':
    'One line of USER:PASSWORD for a Forward upstream that asks for a user; forward routes only.',
} as const;
export type RouteFile = keyof typeof ROUTE_FILES;

const FORWARD_FILES: readonly string[] = [
  'shared-key-file',
  'users-file',
  'upstream-shared-key-file',
  'upstream-user-file',
] satisfies RouteFile[];

/** The schemes of upstreams and the port where a URL names none; the first of a protocol is what its example shows. */
const SCHEMES: Record<Protocol, Readonly<Record<string, number>>> = {
  'splunk-hec': { http: 8088, https: 8088 },
  elasticsearch: { http: 9200, https: 9200 },
  loki: { http: 3100, https: 3100 },
  otlp: { http: 4318, https: 4318 },
  forward: { tcp: 24224, tls: 24224 },
  syslog: { tcp: 601, tls: 6514, udp: 514 },
};

/** A route, or what is wrong with it. The words are never repeated: a URL may hold a password. */
export type ParsedRoute = { readonly route: RoutePlan } | { readonly problem: string };

/**
 * Reads `PROTOCOL LISTEN UPSTREAM... [name=FILE...]`, for example
 * `splunk-hec :8088 https://splunk-0:8088 https://splunk-1:8088 ca=/etc/ssl/splunk.pem`.
 * @param at makes a path absolute
 */
export function parseRoute(text: string, at: (path: string) => string): ParsedRoute {
  const [protocol = '', listen = '', ...rest] = text.split(/\s+/);
  const known: readonly string[] = PROTOCOLS;
  if (!known.includes(protocol))
    return {
      problem: `begins with a protocol: ${PROTOCOLS.join(', ')}${didYouMean(protocol, known)}`,
    };
  const kind = protocol as Protocol;
  const udp = listen.startsWith('udp:');
  if (udp && kind !== 'syslog') return { problem: 'only a syslog route listens on UDP' };
  const address = parseValue({ kind: 'address' }, udp ? listen.slice(4) : listen);
  if ('problem' in address)
    return { problem: `${kind}: the second word is where to listen and ${address.problem}` };
  const upstreams: UpstreamPlan[] = [];
  const files: Partial<Record<RouteFile, string>> = {};
  for (const word of rest) {
    const problem = word.includes('://')
      ? addUpstream(kind, word, upstreams)
      : addFile(kind, word, files, at);
    if (problem !== null) return { problem: `${kind}: ${problem}` };
  }
  const problem = contradiction(kind, upstreams, files, udp);
  if (problem !== null) return { problem: `${kind}: ${problem}` };
  const { host, port } = address.value as { host: string; port: number };
  return { route: { protocol: kind, listen: { host, port, udp }, upstreams, files } };
}

function addUpstream(kind: Protocol, word: string, upstreams: UpstreamPlan[]): string | null {
  const schemes = SCHEMES[kind];
  const forms = Object.keys(schemes)
    .map((scheme) => `${scheme}://HOST:PORT`)
    .join(' or ');
  let url: URL;
  try {
    url = new URL(word);
  } catch {
    return `an upstream is no URL; write ${forms}`;
  }
  const scheme = url.protocol.slice(0, -1);
  const usual = schemes[scheme];
  if (usual === undefined) return `an upstream is written ${forms}`;
  if (url.username !== '' || url.password !== '')
    return `an upstream may not hold credentials; put them into a file and name it: ${kind === 'forward' ? 'upstream-user-file' : 'authorization-file'}=FILE`;
  if (url.search !== '' || url.hash !== '') return 'an upstream may not hold a query or a fragment';
  // `http` and `https` have ports of their own, which URL leaves out: these servers have others.
  const named = /:(\d+)(?:\/|$)/.exec(word.slice(word.indexOf('://') + 3))?.[1];
  const path = url.pathname.replace(/\/+$/, '');
  if (path !== '' && !scheme.startsWith('http')) return 'an upstream over TCP or UDP has no path';
  upstreams.push({
    scheme: scheme as UpstreamPlan['scheme'],
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: named === undefined ? usual : Number(named),
    path,
  });
  return null;
}

function addFile(
  kind: Protocol,
  word: string,
  files: Partial<Record<RouteFile, string>>,
  at: (path: string) => string,
): string | null {
  const equals = word.indexOf('=');
  const name = equals === -1 ? word : word.slice(0, equals);
  const names = Object.keys(ROUTE_FILES);
  if (equals === -1 || !names.includes(name))
    return `behind where to listen stand upstreams (with ://) and name=FILE, the names being ${names.join(', ')}${didYouMean(name, names)}`;
  if (equals === word.length - 1) return `${name}= names no file`;
  if (FORWARD_FILES.includes(name) && kind !== 'forward') return `${name} is for forward routes`;
  if (name === 'authorization-file' && (kind === 'forward' || kind === 'syslog'))
    return `${name} is for HTTP routes`;
  files[name as RouteFile] = at(word.slice(equals + 1));
  return null;
}

/** The Forward handshake proves a user only behind the shared key. */
const USERS_NEED = [
  ['users-file', 'shared-key-file'],
  ['upstream-user-file', 'upstream-shared-key-file'],
] as const;

function contradiction(
  kind: Protocol,
  upstreams: readonly UpstreamPlan[],
  files: Partial<Record<RouteFile, string>>,
  udp: boolean,
): string | null {
  if (upstreams.length === 0)
    return `names no upstream; write ${Object.keys(SCHEMES[kind])[0]}://HOST:PORT behind where to listen`;
  if ((files.cert === undefined) !== (files.key === undefined)) return 'cert= and key= go together';
  if (files['client-ca'] !== undefined && files.cert === undefined) return 'client-ca= needs cert= and key=';
  if ((files['upstream-cert'] === undefined) !== (files['upstream-key'] === undefined))
    return 'upstream-cert= and upstream-key= go together';
  for (const [user, key] of USERS_NEED)
    if (files[user] !== undefined && files[key] === undefined) return `${user}= needs ${key}=`;
  if (!udp && upstreams.some(({ scheme }) => scheme === 'udp'))
    return 'a udp:// upstream needs a listener on UDP, udp:HOST:PORT';
  if (udp && files.cert !== undefined) return 'a UDP listener has no TLS';
  return null;
}
