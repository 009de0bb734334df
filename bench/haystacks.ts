/**
 * Seeded logs of the kinds that meet in one cluster, as bytes: JSON lines, access logs, klog, logfmt and
 * Java. No credential stands in them; the words that announce one (token, auth, key) do, as in real logs.
 */

/** Whole numbers from a seed: mulberry32. */
export function dice(seed: number): (sides: number) => number {
  let state = seed >>> 0;
  return (sides) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * sides);
  };
}

const METHODS = ['GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE'];
const STATUS = [200, 200, 200, 200, 201, 204, 301, 304, 400, 401, 403, 404, 500, 503];
const LEVELS = ['info', 'info', 'info', 'debug', 'warn', 'error'];
const SERVICES = [
  'checkout',
  'payments',
  'inventory',
  'gateway',
  'search',
  'notifier',
  'auth-proxy',
  'user-api',
];
const PATHS = [
  '/api/v1/orders',
  '/healthz',
  '/metrics',
  '/static/js/app.min.js',
  '/api/v2/users/search',
  '/login',
];
const QUERIES = [
  '',
  '',
  '',
  '?page=2&limit=50',
  '?q=blue%20shoes&sort=price',
  '?utm_source=mail&utm_medium=cpc',
];
const AGENTS = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Safari/537.36',
  'kube-probe/1.29',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 Version/17.4 Mobile/15E148',
  'curl/8.5.0',
  'Prometheus/2.51.0',
];
const MESSAGES = [
  'request completed',
  'cache miss, falling back to database',
  'connection pool exhausted; waiting for a free slot',
  'user session refreshed',
  'failed to parse \\"Content-Type\\" header',
  'retrying upstream call after timeout',
  'token validated for subject',
  'consumer group rebalanced, 12 partitions assigned',
  'slow query: SELECT id, total FROM orders WHERE customer_id = $1 ORDER BY created_at DESC LIMIT 20',
  'feature flag evaluated',
];
const CLASSES = [
  'o.s.web.servlet.DispatcherServlet',
  'com.acme.shop.order.OrderService',
  'o.a.k.c.consumer.internals.Fetcher',
  'c.z.h.pool.HikariPool',
  'o.s.s.w.a.AuthorizationFilter',
];
const KLOG = [
  'reconciler.go:224',
  'kubelet.go:2412',
  'controller.go:615',
  'event.go:376',
  'round_trippers.go:553',
];
const NAMES = [
  'nginx',
  'redis-master',
  'api-server',
  'worker',
  'ingress-controller',
  'secret-sync',
  'postgres',
];

type Dice = (sides: number) => number;
const pick = <T>(roll: Dice, list: readonly T[]): T => list[roll(list.length)]!;
const hex = (roll: Dice, length: number): string =>
  Array.from({ length }, () => '0123456789abcdef'[roll(16)]).join('');
const two = (value: number): string => String(value).padStart(2, '0');
const clock = (roll: Dice): string => `${two(roll(24))}:${two(roll(60))}:${two(roll(60))}`;
const address = (roll: Dice): string => `10.${roll(256)}.${roll(256)}.${roll(256)}`;
const uuid = (roll: Dice): string =>
  `${hex(roll, 8)}-${hex(roll, 4)}-4${hex(roll, 3)}-a${hex(roll, 3)}-${hex(roll, 12)}`;

const KINDS: readonly ((roll: Dice) => string)[] = [
  (roll) =>
    `{"ts":"2024-05-${two(1 + roll(28))}T${clock(roll)}.${roll(1000)}Z","level":"${pick(roll, LEVELS)}","service":"${pick(roll, SERVICES)}","trace_id":"${hex(roll, 32)}","span_id":"${hex(roll, 16)}","msg":"${pick(roll, MESSAGES)}","duration_ms":${roll(5000)},"user_id":${roll(1e6)}}`,
  (roll) =>
    `${address(roll)} - - [${two(1 + roll(28))}/May/2024:${clock(roll)} +0000] "${pick(roll, METHODS)} ${pick(roll, PATHS)}${pick(roll, QUERIES)} HTTP/1.1" ${pick(roll, STATUS)} ${roll(60000)} "https://shop.example.com${pick(roll, PATHS)}" "${pick(roll, AGENTS)}"`,
  (roll) =>
    `I05${two(1 + roll(28))} ${clock(roll)}.${100000 + roll(900000)}    ${1 + roll(99)} ${pick(roll, KLOG)}] "Observed pod startup duration" pod="shop/${pick(roll, NAMES)}-${hex(roll, 10)}-${hex(roll, 5)}" podUID="${uuid(roll)}" volumes=["config","kube-api-access-${hex(roll, 5)}"]`,
  (roll) =>
    `time=2024-05-${two(1 + roll(28))}T${clock(roll)}Z level=${pick(roll, LEVELS)} caller=metrics.go:159 component=${pick(roll, SERVICES)} org_id=${roll(99)} latency=fast query_hash=${roll(2 ** 31)} duration=${roll(900)}.${roll(1000)}ms status=${pick(roll, STATUS)} key=series/${hex(roll, 8)} msg="${pick(roll, MESSAGES)}"`,
  (roll) =>
    `2024-05-${two(1 + roll(28))} ${clock(roll)},${roll(1000)} ${pick(roll, LEVELS).toUpperCase().padEnd(5)} [http-nio-8080-exec-${1 + roll(200)}] ${pick(roll, CLASSES)} - ${pick(roll, MESSAGES)} [id=${uuid(roll)}, elapsed=${roll(3000)}]${roll(20) === 0 ? `\njava.lang.IllegalStateException: ${pick(roll, MESSAGES)}\n\tat ${pick(roll, CLASSES)}.handle(${pick(roll, CLASSES).split('.').pop()}.java:${roll(900)})\n\tat java.base/java.lang.Thread.run(Thread.java:840)` : ''}`,
];

/** Lines to write: which kinds, how many leak, and what a line becomes at last. */
export interface LogOptions {
  readonly seed: number;
  /** One line in so many leaks; 0: none. */
  readonly every: number;
  /** What leaks, to stand at the end of its line or message. */
  readonly plant?: (nth: number) => string;
  /** JSON lines only; what leaks stands in the message, and has to be fit for a JSON string. */
  readonly json?: boolean;
  /** The line as it is written, line end included. */
  readonly frame?: (line: string, roll: (sides: number) => number) => string;
}

/** `size` bytes of whole lines at most, and how many of them leak. */
export function writeLogs(size: number, options: LogOptions): { bytes: Buffer; planted: number } {
  const { every, plant, json = false, frame = (line: string) => `${line}\n` } = options;
  const roll = dice(options.seed);
  const out = Buffer.allocUnsafe(size);
  let at = 0;
  for (let line = 1, planted = 0; ; line++) {
    let text = KINDS[json ? 0 : roll(KINDS.length)]!(roll);
    const leaks = plant !== undefined && every > 0 && line % every === 0;
    if (leaks) text = leak(text, plant(planted), json);
    const framed = frame(text, roll);
    if (at + framed.length > size) return { bytes: out.subarray(0, at), planted };
    at += out.write(framed, at, 'latin1');
    if (leaks) planted++;
  }
}

function leak(line: string, what: string, json: boolean): string {
  if (!json) return `${line} leaked=${what}`;
  const end = line.indexOf('","duration_ms"');
  return `${line.slice(0, end)} leaked=${what}${line.slice(end)}`;
}

/** `size` bytes of mixed logs, whole lines but for the last, for measuring kernels alone. */
export function mixedLogs(size: number, seed: number): Uint8Array {
  const { bytes } = writeLogs(size + 4096, { seed, every: 0 });
  return bytes.subarray(0, size);
}
