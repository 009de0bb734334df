import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadPlan } from '../../src/config/load.ts';
import type { Plan } from '../../src/config/plan.ts';
import { FindingList } from '../../src/engine/findings.ts';
import type { Rule } from '../../src/engine/matcher.ts';
import { Secret } from '../../src/engine/secret.ts';
import { NO_VARIANT } from '../../src/engine/spelling.ts';
import { createObserver } from '../../src/observe/create-observer.ts';
import { METRICS, type Metric, renderMetrics } from '../../src/observe/metric-table.ts';
import type { Observer } from '../../src/observe/observer.ts';

const dir = mkdtempSync(join(tmpdir(), 'unleak-observe-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
let files = 0;
const fresh = (name: string) => join(dir, `${++files}-${name}`);

async function planWith(changes: Partial<Plan>): Promise<Plan> {
  const plan = await loadPlan({ flags: new Map(), env: {}, cwd: dir });
  return { ...plan, logLevel: 'silent', ...changes };
}

const value = randomBytes(24);
const secret = new Secret({ name: 'shop-db/password', key: 'password', part: 'url-password' }, value);
const RULES: readonly Rule[] = [
  { label: 'shop-db/password', kind: 'secret', secret, rank: 4, observe: false },
  { label: 'aws.access-key-id', kind: 'detector', secret: null, rank: 3, observe: false },
  { label: 'acme.watched', kind: 'detector', secret: null, rank: 2, observe: true },
];

function found(
  observer: Observer,
  rows: readonly (readonly [rule: number, spelling: number, bytes: number])[],
  rules = RULES,
) {
  const list = new FindingList();
  for (const row of rows) list.push(...row);
  observer.findings({ stream: 'stdout', list, rules });
}

const batch = { stream: 'stdout', bytesIn: 100, bytesOut: 90, records: 2, held: 7, latencyMs: 2 } as const;

/** `name{labels}` to value. */
async function scrape(port: number): Promise<Map<string, number>> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const samples = new Map<string, number>();
  for (const line of (await response.text()).trim().split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const match = /^([a-z0-9_:]+(?:\{[^}]*\})?) (\S+)$/.exec(line);
    if (match === null) throw new Error(`not an exposition line: ${line}`);
    samples.set(match[1]!, Number(match[2]));
  }
  return samples;
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

describe('metrics', () => {
  test('say what happened, in the exposition format', async () => {
    const port = await freePort();
    const observer = await createObserver(await planWith({ metrics: { host: '127.0.0.1', port } }));
    const listing = [
      { name: 'a', part: '', state: 'active', use: 'anywhere', reason: '' },
      { name: 'b', part: '', state: 'active', use: 'none', reason: 'too short' },
    ] as const;
    observer.secretsLoaded({ generation: 1, listing, problems: [], degraded: false });
    observer.swapped(1, 3);
    observer.batch(batch);
    observer.batch({ ...batch, held: 3 });
    found(observer, [
      [0, 0, 24],
      [0, 0, 24],
      [1, NO_VARIANT, 20],
      [2, NO_VARIANT, 9],
    ]);
    observer.fault({ kind: 'engine', stream: 'stdout', action: 'drop', code: 'E_X', unscannedBytes: 0 });
    observer.reloadFailed('a file could not be read');
    const samples = await scrape(port);
    const expected = {
      'unleak_bytes_read_total{stream="stdout"}': 200,
      'unleak_bytes_written_total{stream="stdout"}': 180,
      'unleak_records_total{stream="stdout"}': 4,
      'unleak_held_bytes{stream="stdout"}': 3,
      'unleak_findings_total{kind="secret",label="shop-db/password"}': 2,
      'unleak_findings_total{kind="detector",label="aws.access-key-id"}': 1,
      'unleak_findings_total{kind="observed",label="acme.watched"}': 1,
      'unleak_findings_by_spelling_total{spelling="pattern"}': 2,
      'unleak_secrets{state="active",use="anywhere"}': 1,
      'unleak_secrets{state="active",use="none"}': 1,
      'unleak_faults_total{kind="engine",action="drop"}': 1,
      'unleak_reloads_total{result="ok"}': 1,
      'unleak_reloads_total{result="failed"}': 1,
      'unleak_unscanned_bytes_total{stream="stdout"}': 0,
      'unleak_added_latency_seconds_count{stream="stdout"}': 2,
      unleak_generation: 1,
    };
    for (const [name, number] of Object.entries(expected)) expect(samples.get(name), name).toBe(number);
    expect((await scrape(port)).get('unleak_bytes_read_total{stream="stdout"}')).toBe(200);
    await observer.close();
    await expect(fetch(`http://127.0.0.1:${port}/livez`)).rejects.toThrow();
  });

  test('readiness follows the pipeline, and a set that could not be read in full takes it away', async () => {
    const port = await freePort();
    const observer = await createObserver(await planWith({ metrics: { host: '127.0.0.1', port } }));
    const get = async (path: string, method = 'GET') => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { method });
      return [response.status, await response.text()] as const;
    };
    expect(await get('/livez')).toEqual([200, 'ok\n']);
    expect(await get('/readyz')).toEqual([503, 'not ready: starting\n']);
    observer.ready(true, 'generation 1 is in use');
    expect(await get('/readyz')).toEqual([200, 'ready: generation 1 is in use\n']);
    observer.secretsLoaded({ generation: 2, listing: [], problems: [], degraded: true });
    expect((await get('/readyz'))[0]).toBe(503);
    observer.secretsLoaded({ generation: 3, listing: [], problems: [], degraded: false });
    expect((await get('/readyz'))[0]).toBe(200);
    expect((await get('/other'))[0]).toBe(404);
    expect((await get('/metrics', 'POST'))[0]).toBe(405);
    await observer.close();
  });

  test('a port in use is an error of the start, with what to do', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    const { port } = server.address() as { port: number };
    const starting = createObserver(await planWith({ metrics: { host: '127.0.0.1', port } }));
    await expect(starting).rejects.toMatchObject({ code: 'E_METRICS_LISTEN', exitCode: 2 });
    await expect(starting).rejects.toThrow(/EADDRINUSE.*Choose another port/);
    server.close();
  });

  test('labels are bounded, and names can be hidden', async () => {
    const port = await freePort();
    const plan = await planWith({ metrics: { host: '127.0.0.1', port } });
    const observer = await createObserver({ ...plan, action: { ...plan.action, hideNames: true } });
    const rules = Array.from({ length: 700 }, (_, at): Rule => ({ ...RULES[1]!, label: `x.${at}` }));
    found(observer, [[0, 0, 1]]);
    found(
      observer,
      rules.map((_, at) => [at, NO_VARIANT, 1] as const),
      rules,
    );
    const samples = await scrape(port);
    const names = [...samples.keys()].filter((name) => name.startsWith('unleak_findings_total'));
    expect(names.length).toBe(501);
    expect(samples.get('unleak_findings_total{kind="detector",label="other"}')).toBe(201);
    expect(samples.get('unleak_findings_total{kind="secret",label="secret"}')).toBe(1);
    await observer.close();
  });

  test('the reference has a row for every metric, and names follow the convention', () => {
    expect(renderMetrics().trim().split('\n')).toHaveLength(Object.keys(METRICS).length + 2);
    for (const { name, kind } of Object.values(METRICS) as Metric[]) {
      expect(name).toMatch(/^unleak_[a-z_]+$/);
      expect(name.endsWith('_total'), name).toBe(kind === 'counter');
    }
  });
});

describe('the ledger', () => {
  const env = { POD_NAMESPACE: 'shop', POD_NAME: 'api-7', CONTAINER_NAME: 'api', HOSTNAME: 'node-1' };
  const rowsOf = (file: string) =>
    readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  test('says who leaked what, in aggregated rows, never the value', async () => {
    const [ledgerFile, keyFile] = [fresh('ledger'), fresh('key')];
    const key = randomBytes(32);
    writeFileSync(keyFile, key);
    const plan = await planWith({ ledgerFile });
    const observer = await createObserver({ ...plan, action: { ...plan.action, keyFile } }, env);
    for (let i = 0; i < 1000; i++) found(observer, [[0, 0, 24]]);
    found(observer, [[1, NO_VARIANT, 20]]);
    await observer.close();
    const rows = rowsOf(ledgerFile);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toEqual({
      first: expect.stringMatching(/^\d{4}-.*Z$/),
      last: expect.stringMatching(/^\d{4}-.*Z$/),
      label: 'shop-db/password',
      kind: 'secret',
      spelling: expect.any(String),
      count: 1000,
      bytes: 24_000,
      secret: {
        name: 'shop-db/password',
        key: 'password',
        part: 'url-password',
        fingerprint: createHmac('sha256', key).update(value).digest('hex').slice(0, 32),
        keyId: expect.stringMatching(/^[0-9a-f]{8}$/),
      },
      stream: 'stdout',
      origin: null,
      namespace: 'shop',
      pod: 'api-7',
      container: 'api',
      host: 'node-1',
    });
    expect(rows[1]).toMatchObject({
      label: 'aws.access-key-id',
      secret: null,
      count: 1,
      spelling: 'pattern',
    });
    expect(statSync(ledgerFile).mode & 0o777).toBe(0o600);
    const text = readFileSync(ledgerFile);
    for (const spelt of [value, Buffer.from(value.toString('hex')), Buffer.from(value.toString('base64'))]) {
      expect(text.includes(spelt)).toBe(false);
    }
  });

  test('takes the fingerprint of a value that is wiped before the rows are written', async () => {
    const [ledgerFile, keyFile] = [fresh('ledger'), fresh('key')];
    const key = randomBytes(32);
    writeFileSync(keyFile, key);
    const plan = await planWith({ ledgerFile });
    const observer = await createObserver({ ...plan, action: { ...plan.action, keyFile } }, env);
    const bytes = randomBytes(16);
    const fingerprint = createHmac('sha256', key).update(bytes).digest('hex').slice(0, 32);
    const retiring = new Secret({ name: 'old', key: 'old', part: '' }, bytes);
    found(observer, [[0, 0, 16]], [{ ...RULES[0]!, secret: retiring }]);
    retiring.wipe();
    await observer.close();
    expect(rowsOf(ledgerFile)[0]).toMatchObject({ secret: { fingerprint } });
  });

  test('only appends, and another generation counts in rows of its own', async () => {
    const ledgerFile = fresh('ledger');
    for (let run = 0; run < 2; run++) {
      const observer = await createObserver(await planWith({ ledgerFile }), env);
      found(observer, [[0, 0, 1]]);
      found(observer, [[0, 0, 1]], [RULES[1]!, RULES[0]!]);
      await observer.close();
    }
    expect(rowsOf(ledgerFile).map(({ label }) => label)).toEqual([
      'shop-db/password',
      'aws.access-key-id',
      'shop-db/password',
      'aws.access-key-id',
    ]);
  });

  test('without a key file equal secrets get other fingerprints in every run', async () => {
    const ledgerFile = fresh('ledger');
    for (let run = 0; run < 2; run++) {
      const observer = await createObserver(await planWith({ ledgerFile }), env);
      found(observer, [[0, 0, 1]]);
      await observer.close();
    }
    const [one, two] = rowsOf(ledgerFile).map((row) => (row.secret as { fingerprint: string }).fingerprint);
    expect(one).not.toBe(two);
  });

  test('lines of a stream whose sink is slow are waited for: their findings are told ahead of them', async () => {
    const statsFile = fresh('stats');
    const observer = await createObserver(await planWith({ statsFile }));
    observer.batch({ ...batch, records: 1000 });
    found(
      observer,
      Array.from({ length: 300 }, () => [0, 0, 4] as const),
    );
    observer.batch({ ...batch, stream: 'stderr', records: 0 });
    observer.batch({ ...batch, records: 1000 });
    await observer.close();
    expect(JSON.parse(readFileSync(statsFile, 'utf8')).noisy).toEqual([]);
  });

  test('that cannot be opened is an error of the start', async () => {
    const starting = createObserver(await planWith({ ledgerFile: join(dir, 'absent', 'ledger') }));
    await expect(starting).rejects.toMatchObject({ code: 'E_LEDGER_OPEN', exitCode: 2 });
  });

  test('on a full disk keeps its rows and says so; nothing throws', async () => {
    const port = await freePort();
    const metrics = { host: '127.0.0.1', port };
    const observer = await createObserver(await planWith({ ledgerFile: '/dev/full', metrics }));
    found(observer, [[0, 0, 1]]);
    (observer as unknown as { flush(): void }).flush();
    expect((await scrape(port)).get('unleak_ledger_errors_total')).toBe(1);
    await observer.close();
  });
});

describe('the summary', () => {
  test('has bytes, records, findings by label and spelling, latency and faults', async () => {
    const statsFile = fresh('stats');
    const observer = await createObserver(await planWith({ statsFile }));
    for (let ms = 1; ms <= 100; ms++) observer.batch({ ...batch, latencyMs: ms });
    found(observer, [
      [0, 0, 24],
      [0, 0, 24],
      [1, NO_VARIANT, 20],
    ]);
    observer.fault({ kind: 'engine', stream: 'stdout', action: 'pass', code: 'E_X', unscannedBytes: 5 });
    await observer.close();
    const summary = JSON.parse(readFileSync(statsFile, 'utf8'));
    expect(summary).toMatchObject({
      bytesIn: 10_000,
      bytesOut: 9000,
      records: 200,
      findings: { count: 3, bytes: 68, byLabel: { 'shop-db/password': 2, 'aws.access-key-id': 1 } },
      faults: { 'engine pass': 1 },
      unscannedBytes: 5,
    });
    expect(Object.values(summary.findings.bySpelling)).toEqual([2, 1]);
    const { p50, p99, max } = summary.addedLatencyMs;
    expect(max).toBe(100);
    // Buckets are at most 1/32 too high.
    expect(p50).toBeGreaterThanOrEqual(50);
    expect(p50).toBeLessThanOrEqual(50 * (1 + 1 / 32));
    expect(p99).toBeGreaterThanOrEqual(99);
    expect(p99).toBeLessThanOrEqual(100);
  });

  test('names a needle that fires on more than a fifth of the lines, once', async () => {
    const statsFile = fresh('stats');
    const observer = await createObserver(await planWith({ statsFile }));
    observer.batch({ ...batch, records: 1000 });
    found(
      observer,
      Array.from({ length: 200 }, () => [0, 0, 4] as const),
    );
    found(
      observer,
      Array.from({ length: 201 }, () => [1, 0, 4] as const),
    );
    observer.batch({ ...batch, records: 0 });
    await observer.close();
    expect(JSON.parse(readFileSync(statsFile, 'utf8')).noisy).toEqual(['aws.access-key-id']);
  });

  test('a share is one of the lines that hold the findings, not of those before them', async () => {
    const statsFile = fresh('stats');
    const observer = await createObserver(await planWith({ statsFile }));
    observer.batch({ ...batch, records: 1000 });
    found(
      observer,
      Array.from({ length: 300 }, () => [0, 0, 4] as const),
    );
    observer.batch({ ...batch, records: 1000 });
    await observer.close();
    expect(JSON.parse(readFileSync(statsFile, 'utf8')).noisy).toEqual([]);
  });

  test('that cannot be opened is an error of the start', async () => {
    await expect(createObserver(await planWith({ statsFile: dir }))).rejects.toMatchObject({
      code: 'E_STATS_OPEN',
    });
  });
});
