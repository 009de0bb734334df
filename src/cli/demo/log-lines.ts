/** What the sample workload knows: the mounted Secret's files and credentials from elsewhere. */
export interface Known {
  readonly secret: Readonly<Record<string, string>>;
  readonly credentials: Readonly<Record<string, string>>;
}

/** One entry of the sample log; a stack trace is one entry of many lines. */
export interface Entry {
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

type Write = (known: Known, at: Date, n: number) => Entry;

const out = (text: string): Entry => ({ stream: 'stdout', text });
const err = (text: string): Entry => ({ stream: 'stderr', text });
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const hex = (text: string): string => Buffer.from(text).toString('hex');
const clock = (at: Date): string => at.toISOString().slice(11, 23);
const json = (at: Date, rest: object): Entry =>
  out(JSON.stringify({ time: at.toISOString(), level: 'info', ...rest }));

/**
 * The script of the sample workload: harmless lines, and the ways in which programs really leak. Each
 * entry is written again and again in this order.
 */
export const SCRIPT: readonly Write[] = [
  (_, at, n) => json(at, { msg: 'order placed', order: 48_000 + n, total: 129.9, currency: 'EUR' }),
  ({ secret }, at) => json(at, { msg: 'connecting', url: secret['postgres-url'], pool: { max: 10 } }),
  (_, at, n) => out(`ts=${at.toISOString()} level=info msg="cache refreshed" keys=${n * 7} took=1.0ms`),
  ({ secret }, at) =>
    out(
      `ts=${at.toISOString()} level=warn msg="login failed" user=shop password="${escaped(secret.password!)}"`,
    ),
  (_, at, n) =>
    err(
      `I1123 ${clock(at)}000       1 reconciler.go:${100 + (n % 90)}] "Synced" deployment="shop/api" replicas=3`,
    ),
  ({ secret }, at) =>
    err(`E1123 ${clock(at)}000       1 config.go:88] "Decoding failed" data="${base64(secret.password!)}"`),
  ({ secret }) =>
    err(
      [
        '+ set -x',
        `+ curl -s -H 'Authorization: Bearer ${secret['api-token']}' https://api.internal/v1/orders`,
      ].join('\n'),
    ),
  ({ credentials }) =>
    err(`+ git clone https://x-access-token:${credentials.github}@github.com/shop/config.git`),
  (_, at, n) =>
    out(
      `10.0.3.${n % 200} - - [23/Nov/2026:${clock(at).slice(0, 8)} +0000] "GET /api/orders/${n} HTTP/1.1" 200 512`,
    ),
  ({ secret }, at) =>
    out(
      `ts=${at.toISOString()} level=debug msg=redirect to="/cb?token=${secret['api-token']}&pw=${encodeURIComponent(secret.password!)}"`,
    ),
  ({ secret }) => err(javaTrace(secret['postgres-url']!)),
  ({ secret }, at) =>
    json(at, {
      msg: 'upstream said',
      body: JSON.stringify({ error: 'bad credentials', sent: secret.password }),
    }),
  ({ credentials }, at) =>
    json(at, {
      msg: 'payment client ready',
      config: { region: 'eu-central-1', accessKeyId: credentials.awsId, apiKey: credentials.stripe },
    }),
  ({ secret }, at) => json(at, { msg: 'loaded signing key', pem: secret['signing-key.pem'] }),
  ({ credentials }, at) =>
    out(`ts=${at.toISOString()} level=info msg="session" cookie="sid=${credentials.jwt}"`),
  ({ secret }, at) =>
    err(`I1123 ${clock(at)}000       1 dump.go:12] frame ${hex(secret.password!)} from 10.0.3.7:5432`),
  ({ secret }) => err(secret['signing-key.pem']!.trimEnd()),
];

function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function javaTrace(url: string): string {
  return [
    'java.sql.SQLTransientConnectionException: pool - Connection is not available',
    '\tat com.zaxxer.hikari.pool.HikariPool.createTimeoutException(HikariPool.java:696)',
    '\tat shop.orders.OrderRepository.find(OrderRepository.java:41)',
    `Caused by: org.postgresql.util.PSQLException: cannot connect to ${url}`,
    '\t... 23 more',
  ].join('\n');
}
