import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { request } from 'undici';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { OPTION_LIST, type OptionName } from '../../src/config/options.ts';
import { METRICS } from '../../src/observe/metric-table.ts';
import { bash, QUIET, type Running, scratch, startUnleak } from './running.ts';
import { toTheEnd } from './to-the-end.ts';

const hex = (bytes = 18): string => randomBytes(bytes).toString('hex');

/** A mounted Secret of one value, and the value. */
function secretDir(value = hex()): { dir: string; value: string } {
  const dir = join(scratch(), 'shop-db');
  mkdirSync(dir);
  writeFileSync(join(dir, 'password'), value);
  return { dir, value };
}

test('the first example of the README gives what it says', async () => {
  const text = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const [, command, output] = /```console\n\$ (.+)\n(.+)\n```/.exec(text)!;
  const ended = await toTheEnd(bash(command!.replace(/unleak$/, '$UNLEAK')));
  expect(ended).toEqual({ code: 0, out: `${output}\n`, err: '' });
});

test.each([
  ['mask', /^\[REDACTED:shop-db\/password\]$/],
  ['partial', /^\[REDACTED:shop-db\/password:\.\.\.[0-9a-f]{4}\]$/],
  ['pseudonym', /^\[REDACTED:shop-db\/password:[0-9a-f]{8}:[0-9a-f]{12}\]$/],
])('--action %s on text and on JSON, a number too', async (action, replaced) => {
  const { dir, value } = secretDir();
  const digits = '4829105736618204';
  writeFileSync(join(dir, 'pin'), digits);
  const line = { msg: `login ${value}`, pin: 0, n: '1.0', deep: [{ pw: value }] };
  const json = JSON.stringify(line).replace('"pin":0', `"pin":${digits}`).replace('"1.0"', '1.0');
  const run = startUnleak([...QUIET, '--secrets-dir', dir, '--action', action]);
  const { code, out, err } = await toTheEnd(run, `a ${value} b\n${json}\nclean 1.0\n`);
  expect([code, err]).toEqual([0, '']);
  const [text, second, clean] = out.split('\n');
  expect(text!.replace(/^a | b$/g, '')).toMatch(replaced);
  expect(clean).toBe('clean 1.0');
  const read = JSON.parse(second!) as { msg: string; pin: string; deep: [{ pw: string }] };
  expect(read.msg.replace('login ', '')).toMatch(replaced);
  expect(read.deep[0].pw).toMatch(replaced);
  expect(read.pin).toContain('[REDACTED:shop-db/pin');
  expect(second).toContain('"n":1.0,');
  if (action !== 'partial') expect(out).not.toContain(value.slice(-8));
});

test('--action partial tells each finding of a JSON line by its own last bytes', async () => {
  const { dir, value } = secretDir();
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
  const run = startUnleak([...QUIET, '--no-detectors', '--secrets-dir', dir, '--action', 'partial']);
  const { out } = await toTheEnd(run, `${JSON.stringify({ a: value, b: base64 })}\n`);
  const tails = [...out.matchAll(/:\.\.\.(.{4})\]/g)].map(([, tail]) => tail);
  expect(tails).toEqual([value.slice(-4), base64.slice(-4)]);
});

test('--action drop leaves a marker in place of the record, valid where the record was JSON', async () => {
  const { dir, value } = secretDir();
  const run = startUnleak([...QUIET, '--secrets-dir', dir, '--action', 'drop']);
  const { code, out } = await toTheEnd(run, `a ${value} b\n{"a":"${value}","b":1}\nclean\n`);
  expect([code, out]).toEqual([
    0,
    '[DROPPED:shop-db/password]\n{"message":"[DROPPED:shop-db/password]"}\nclean\n',
  ]);
});

/** A value other than the default for every option, as it is typed and as `config print` shows it. */
const OTHER: Readonly<Record<Exclude<OptionName, 'config'>, readonly [string, unknown]>> = {
  secretsDirs: ['dir', ['dir']],
  secretEnv: ['MY_*', ['MY_*']],
  secretFiles: ['file', ['file']],
  minLength: ['10', 10],
  grace: ['1h', '1h'],
  near: ['false', false],
  detectors: ['aws', ['aws']],
  detectorsEnabled: ['false', false],
  detectorFiles: ['own.yaml', ['own.yaml']],
  format: ['json', 'json'],
  action: ['partial', 'partial'],
  placeholder: ['({label})', '({label})'],
  hideNames: ['true', true],
  keyFile: ['key', 'key'],
  onFault: ['drop', 'drop'],
  hold: ['2s', '2s'],
  maxRecord: ['64KiB', '64KiB'],
  ledger: ['ledger', 'ledger'],
  stats: ['-', '-'],
  metrics: ['127.0.0.1:9464', '127.0.0.1:9464'],
  routes: ['syslog :601 tcp://store:601', ['syslog :601 tcp://store:601']],
  maxBody: ['1MiB', '1MiB'],
  maxConnections: ['7', 7],
  upstreamTimeout: ['5s', '5s'],
  drain: ['3s', '3s'],
  logLevel: ['info', 'info'],
};

test('flags, environment and file say the same things, and config print reads as such a file', async () => {
  const dir = scratch();
  writeFileSync(join(dir, 'key'), randomBytes(32));
  const options = OPTION_LIST.flatMap(([name, option]) =>
    name === 'config' ? [] : [{ ...option, typed: OTHER[name][0], shown: OTHER[name][1] }],
  );
  // Together the two would contradict each other.
  const flags = options
    .filter(({ flag }) => flag !== '--no-detectors')
    .map(({ flag, type, typed }) => (type.kind === 'boolean' ? flag : `${flag} '${typed}'`));
  const env = options.map(({ env: name, typed }) => `${name}='${typed}'`);
  const byFlag = await toTheEnd(bash(`cd ${dir}; $UNLEAK config print ${flags.join(' ')}`));
  const byEnv = await toTheEnd(bash(`cd ${dir}; ${env.join(' ')} $UNLEAK config print`));
  writeFileSync(join(dir, 'unleak.yaml'), byEnv.out);
  const byFile = await toTheEnd(bash(`cd ${dir}; $UNLEAK config print`));
  for (const [ended, origin] of [
    [byFlag, 'flag'],
    [byEnv, 'env'],
    [byFile, 'file'],
  ] as const) {
    expect([ended.code, ended.err]).toEqual([0, '']);
    const read = parse(ended.out) as Record<string, never>;
    for (const { path, shown, flag } of options) {
      if (origin === 'flag' && flag === '--no-detectors') continue;
      expect([path, path!.split('.').reduce<Record<string, never>>((at, key) => at[key]!, read)]).toEqual([
        path,
        shown,
      ]);
    }
    expect(ended.out.match(new RegExp(`# ${origin} `, 'g'))).toHaveLength(
      origin === 'flag' ? flags.length : options.length,
    );
  }
});

test('every option at once, on real input', async () => {
  const dir = scratch();
  const { dir: mounted, value } = secretDir();
  const [file, key, ledger, stats, own] = ['file', 'key', 'ledger', 'stats', 'own.yaml'].map((n) =>
    join(dir, n),
  );
  const [inFile, inEnv, acme] = [hex(), hex(), `acme_${hex(16)}`];
  writeFileSync(file!, inFile);
  writeFileSync(key!, randomBytes(32));
  writeFileSync(
    own!,
    `provider: acme
detectors:
  - id: acme.key
    title: Acme key
    confidence: high
    keywords: [acme_]
    pattern: '(?P<secret>acme_[0-9a-f]{32})'
    examples: ['acme_{{[0-9a-f]:32}}', 'k=acme_{{[0-9a-f]:32}}']
    counterexamples: [{ text: acme_, why: short }, { text: 'acme_{{[g-z]:32}}', why: no hex }]
`,
  );
  const words = [
    `--secrets-dir ${mounted} --secret-env MY_VALUE --secret-file ${file} --min-length 9 --grace 1h --no-near`,
    `--detectors acme --detectors-file ${own} --format json --action pseudonym --placeholder '({label})' --hide-names`,
    `--pseudonym-key-file ${key} --on-fault drop --hold 200ms --max-record 8KiB --ledger ${ledger} --stats ${stats}`,
    '--metrics 127.0.0.1:0 --log-level error',
  ];
  const input = [value, inFile, inEnv, acme, 'none'].map((text) => `{"a":"${text}"}\n`).join('');
  const ended = await toTheEnd(bash(`MY_VALUE=${inEnv} $UNLEAK ${words.join(' ')}`), input);
  expect([ended.code, ended.err]).toEqual([0, '']);
  const lines = ended.out.trimEnd().split('\n');
  for (const line of lines.slice(0, 3))
    expect(line).toMatch(/^\{"a":"\(secret:[0-9a-f]{8}:[0-9a-f]{12}\)"\}$/);
  expect(lines[3]).toMatch(/^\{"a":"\(acme\.key:/);
  expect(lines[4]).toBe('{"a":"none"}');
  const rows = readFileSync(ledger!, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { label: string; count: number });
  expect(rows.map(({ label }) => label).sort()).toEqual(['MY_VALUE', 'acme.key', 'file', 'shop-db/password']);
  const summary = readFileSync(stats!, 'utf8');
  expect(JSON.parse(summary)).toMatchObject({
    bytesIn: input.length,
    bytesOut: ended.out.length,
    records: 5,
    findings: { count: 4, bySpelling: { plain: 3 } },
  });
  const told = readFileSync(ledger!, 'utf8') + summary;
  for (const text of [value, inFile, inEnv, acme]) expect(told + ended.out).not.toContain(text);
});

test('metrics, liveness and readiness are served while the stream runs, and hold no value', async () => {
  const { dir, value } = secretDir();
  const run = startUnleak([
    ...['--secret-env', 'UNLEAK_TEST_NONE', '--secrets-dir', dir, '--log-level', 'info'],
    ...['--metrics', '127.0.0.1:0'],
  ]);
  run.child.stdin!.write(`one ${value}\ntwo ${Buffer.from(value).toString('base64')}\n`);
  await run.until('stdout', 'two [REDACTED');
  const at = /served on (http:\/\/127\.0\.0\.1:\d+)/.exec(run.stderr.toString())![1]!;
  const ask = async (path: string, method: 'GET' | 'POST' = 'GET') => {
    const { statusCode, headers, body } = await request(at + path, { method });
    return { status: statusCode, type: headers['content-type'], text: await body.text() };
  };
  expect(await ask('/livez')).toMatchObject({ status: 200, text: 'ok\n' });
  expect(await ask('/readyz')).toMatchObject({ status: 200, text: expect.stringMatching(/^ready: /) });
  expect(await ask('/')).toMatchObject({ status: 404 });
  expect(await ask('/metrics', 'POST')).toMatchObject({ status: 405 });
  const { status, type, text } = await ask('/metrics');
  expect([status, type]).toEqual([200, expect.stringContaining('text/plain; version=0.0.4')]);
  for (const { name, kind } of Object.values(METRICS)) expect(text).toContain(`# TYPE ${name} ${kind}\n`);
  for (const row of [
    'unleak_findings_total{kind="secret",label="shop-db/password"} 2',
    'unleak_findings_by_spelling_total{spelling="base64"} 1',
    'unleak_secrets{state="active",use="anywhere"} 1',
    'unleak_records_total{stream="stdin"} 2',
    'unleak_unscanned_bytes_total{stream="stdin"} 0',
    'unleak_ready 1',
  ]) {
    expect(text).toContain(`${row}\n`);
  }
  expect(text).not.toContain(value);
  expect((await toTheEnd(run)).code).toBe(0);
});

const tty = spawnSync('script', ['--version']).status === 0;
const onTerminal = (command: string): Running => bash(`script -qefc '${command}' /dev/null`);

test.runIf(tty)('the filter is usable on a terminal (needs script(1))', async () => {
  const { dir, value } = secretDir();
  const run = onTerminal(`stty -echo; exec $UNLEAK $QUIET --secrets-dir ${dir}`);
  await run.until('stdout', 'unleak: reads this terminal until Ctrl-D');
  run.child.stdin!.write(`typed ${value}\n`);
  await run.until('stdout', 'typed [REDACTED:shop-db/password]');
  run.child.stdin!.write('\x04');
  expect((await run.ended).code).toBe(0);
  expect(run.stdout.includes(value)).toBe(false);
});

test.runIf(tty)(
  'a prompt for a password appears whole, and the program knows a pipe (needs script(1))',
  async () => {
    const { dir } = secretDir();
    const file = join(scratch(), 'ask.sh');
    writeFileSync(
      file,
      'printf "Password: "; read x; echo "got $x"; [ -t 0 ] && echo in; [ -t 1 ] || echo pipe',
    );
    const run = onTerminal(`exec $UNLEAK exec $QUIET --secrets-dir ${dir} -- sh ${file}`);
    await run.until('stdout', 'Password: ');
    run.child.stdin!.write('hello\n');
    await run.until('stdout', 'pipe');
    expect((await run.ended).code).toBe(0);
    expect(run.stdout.toString()).toContain('got hello\r\nin\r\npipe\r\n');
  },
);
