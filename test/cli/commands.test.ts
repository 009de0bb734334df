import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT_CODES } from '../../src/cli/exit-codes.ts';
import { OPTION_LIST } from '../../src/config/options.ts';
import { MAIN, scratch, unleak } from './run-built.ts';

/** A value no list knows. */
const fresh = () => randomBytes(18).toString('hex');

/** A mounted Secret, as a plain directory. */
function secretDir(values: Record<string, string>): string {
  const dir = join(scratch(), 'shop-db');
  mkdirSync(dir);
  for (const [key, value] of Object.entries(values)) writeFileSync(join(dir, key), value);
  return dir;
}

describe('usage', () => {
  test('--help names every option of the filter, every exit code and the other commands; proxy --help the rest', async () => {
    const { code, stdout } = await unleak(['--help']);
    expect(code).toBe(0);
    const proxy = (await unleak(['proxy', '--help'])).stdout;
    for (const [, { flag, env, commands }] of OPTION_LIST) {
      const help = commands.includes('filter') ? stdout : proxy;
      expect(help).toContain(flag);
      // A long line is broken between its words.
      expect(help.replace(/\s+/g, ' ')).toContain(`[${env}]`);
    }
    for (const row of EXIT_CODES) expect(stdout).toContain(row.code);
    expect(stdout).toContain('unleak exec -- ');
  });

  test('a reader that went away ends it with 141, as SIGPIPE would', async () => {
    for (const argv of [['--help'], ['config', 'print']]) {
      const child = spawn(process.execPath, [MAIN, ...argv], { stdio: ['ignore', 'pipe', 'ignore'] });
      child.stdout.destroy();
      const code = await new Promise((done) => child.once('close', done));
      expect([argv, code]).toEqual([argv, 141]);
    }
  });

  test.each([
    [['--fromat', 'json'], 'did you mean --format?'],
    [['--secrets-dri=/x'], 'did you mean --secrets-dir?'],
    [['exce', '--', 'true'], 'did you mean exec?'],
    [['app.log'], 'unleak < FILE'],
    [['exec'], 'unleak exec [options] -- PROGRAM'],
    [['secrets'], 'unleak secrets list'],
    [['config', 'chekc'], 'unleak config check'],
    [['--hold'], 'argument missing'],
    [['--format', 'jsn'], 'did you mean json?'],
  ])('%j is refused with 2 and what to write instead', async (argv, hint) => {
    const { code, stdout, stderr } = await unleak(argv);
    expect(stderr).toContain(hint);
    expect(stderr).not.toContain('\n    at ');
    expect([code, stdout]).toEqual([2, '']);
  });

  test('a value typed behind a misspelt flag is not repeated', async () => {
    const value = fresh();
    for (const argv of [[`--passwrod=${value}`], [value], ['config', value], ['secrets', 'list', value]]) {
      const { code, stderr } = await unleak(argv);
      expect(code).toBe(2);
      expect(stderr).not.toContain(value);
    }
  });
});

describe('config', () => {
  test('check says ok, or every problem at once with 2', async () => {
    expect(await unleak(['config', 'check'])).toMatchObject({ code: 0, stdout: 'ok\n' });
    const cwd = scratch();
    writeFileSync(join(cwd, 'unleak.yaml'), 'hold: 1s\nsecrets:\n    dris: [/a]\n');
    const { code, stderr } = await unleak(['config', 'check', '--format', 'x'], {
      cwd,
      env: { UNLEAK_GRACE: 'x' },
    });
    expect(code).toBe(2);
    expect(stderr).toContain('unleak.yaml:3:5 secrets.dris: unknown key; did you mean secrets.dirs?');
    expect(stderr).toContain('UNLEAK_GRACE: must be a duration');
    expect(stderr).toContain('--format: must be one of');
  });

  test('print shows each value with where it was said, wherever the flag stands', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'mine.yaml'), 'onFault: drop\nhold: 5s\n');
    const env = { UNLEAK_CONFIG: 'mine.yaml', UNLEAK_FORMAT: 'cri' };
    const { code, stdout } = await unleak(['--hold', '2s', 'config', 'print', '--action', 'drop'], {
      cwd,
      env,
    });
    expect(code).toBe(0);
    for (const line of [
      'hold: 2s # flag --hold',
      'name: drop # flag --action',
      'format: cri # env UNLEAK_FORMAT',
      'onFault: drop # file mine.yaml',
      'maxRecord: 1MiB # default',
    ]) {
      expect(stdout).toContain(line);
    }
  });
});

describe('secrets list', () => {
  test('names what is known and how it is matched, never a value', async () => {
    const values = { password: fresh(), pin: '4711', flag: 'true' };
    const dir = secretDir(values);
    const token = fresh();
    const argv = ['secrets', 'list', '--secrets-dir', dir];
    const table = await unleak(argv, { env: { API_TOKEN: token } });
    const json = await unleak([...argv, '--json'], { env: { API_TOKEN: token } });
    expect(table.code).toBe(0);
    for (const name of ['shop-db/password', 'shop-db/pin', 'shop-db/flag', 'API_TOKEN', 'NOT MATCHED']) {
      expect(table.stdout).toContain(name);
    }
    const listed = JSON.parse(json.stdout).secrets as { name: string; use: string }[];
    const uses = Object.fromEntries(listed.map(({ name, use }) => [name, use]));
    expect(uses).toMatchObject({
      'shop-db/password': 'anywhere',
      API_TOKEN: 'anywhere',
      'shop-db/flag': 'none',
    });
    const all = [table, json].map(({ stdout, stderr }) => stdout + stderr).join('');
    for (const value of [values.password, token]) expect(all).not.toContain(value);
  });

  test('a directory that was asked for and is not there is 3', async () => {
    const { code, stderr } = await unleak(['secrets', 'list', '--secrets-dir', '/absent/dir']);
    expect(stderr).toContain('/absent/dir');
    expect(code).toBe(3);
  });
});

describe('detectors', () => {
  test('list names those selected; test runs their examples', async () => {
    const { code, stdout } = await unleak(['detectors', 'list', '--json', '--detectors', 'aws']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)[0]).toMatchObject({
      title: expect.any(String),
      kind: 'vendor',
      confidence: 'high',
      mode: 'redact',
      from: 'unleak',
      references: [expect.stringContaining('https://')],
      example: expect.stringContaining('{{'),
    });
    const ids = (JSON.parse(stdout) as { id: string }[]).map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(0);
    expect(ids.every((id) => id.startsWith('aws.'))).toBe(true);
    const run = await unleak(['detectors', 'test', '--detectors', 'aws']);
    expect(run.stdout).toMatch(/^\d+ detectors, \d+ examples and counter-examples, 0 failed\.$/m);
    expect(run.code).toBe(0);
  });

  test('a selector that selects none is refused with 2', async () => {
    const { code, stderr } = await unleak(['detectors', 'list', '--detectors', 'awss']);
    expect(stderr).toContain('did you mean aws');
    expect(code).toBe(2);
  });

  test('test --against counts by detector and line, and prints nothing of the file', async () => {
    const file = join(scratch(), 'app.log');
    const id = `AKIA${'ABCDEFGH234567XYZQ'.slice(0, 16)}`;
    writeFileSync(file, `nothing\nkey ${id}\nnothing\nkey ${id}\n`);
    const { code, stdout, stderr } = await unleak([
      'detectors',
      'test',
      '--against',
      file,
      '--detectors',
      'aws',
    ]);
    expect(stdout).toMatch(/aws\.access-key-id\s+2\s+2,4/);
    expect(stdout + stderr).not.toContain(id);
    expect(code).toBe(0);
    expect((await unleak(['detectors', 'test', '--against', '/absent/file'])).code).toBe(2);
    const row = { text: `key ${id}`, secret: id, kind: 'positive', rule: 'aws' };
    const corpus = [row, { text: 'key none', kind: 'negative', rule: 'aws' }, { ...row, text: 'key' }];
    writeFileSync(file, corpus.map((each) => `${JSON.stringify(each)}\n`).join(''));
    const scored = await unleak(['detectors', 'test', '--against', file, '--detectors', 'aws']);
    expect(scored.stdout).toContain('mean recall 100.0 %, 0 false alarms, 1 rows skipped');
    expect(scored.stdout + scored.stderr).not.toContain(id);
    writeFileSync(file, `${JSON.stringify(row)}\nnot a row\n`);
    const broken = await unleak(['detectors', 'test', '--against', file, '--detectors', 'aws']);
    expect([broken.code, broken.stderr]).toEqual([2, expect.stringContaining('line 2 is not a row')]);
  });

  test('test --against tells recall and false alarms of each detector, escapes undone', async () => {
    const file = join(scratch(), 'rows.jsonl');
    const id = `AKIA${'ABCDEFGH234567XYZQ'.slice(0, 16)}`;
    const escaped = id.replace('C', '\\u0043');
    const rows = [
      { text: `key ${id}`, secret: id, kind: 'positive' },
      { text: `{"key":"${escaped}"}`, secret: escaped, kind: 'positive' },
      { text: `word ${id}`, secret: 'word', kind: 'positive' },
      { text: `key ${id}`, kind: 'negative' },
      { text: 'key', kind: 'negative' },
    ];
    writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const { code, stdout } = await unleak(['detectors', 'test', '--against', file, '--detectors', 'aws']);
    expect(stdout).toMatch(/^aws\.access-key-id +66\.7 % +2\/3 +2 +1\/2$/m);
    expect(code).toBe(0);
  });

  test.each([
    ['[1]', 'findings of'],
    ['{"text":"a","kind":"maybe"}', 'line 1 has a kind that is neither positive nor negative'],
    ['{"text":"a","secret":5,"kind":"positive"}', 'line 1 has a secret that is no text'],
    [
      '{"text":"a","kind":"positive"}\n{"kind":"negative"}',
      'line 1 is positive and names no secret\n  line 2 has no text',
    ],
    ['{"text":"a","kind":"negative"}\n{"text":"a","ki', 'line 2 is not a row'],
    ['{"text":"a","kind":"negative","rule":1}', 'line 1 has a rule that is no text'],
  ])('test --against with %j says what a row wants', async (content, hint) => {
    const file = join(scratch(), 'rows.jsonl');
    writeFileSync(file, content);
    const { code, stdout, stderr } = await unleak([
      'detectors',
      'test',
      '--against',
      file,
      '--detectors',
      'aws',
    ]);
    expect(stdout + stderr).toContain(hint);
    expect(code).toBe(stderr === '' ? 0 : 2);
  });
});

describe('the filter', () => {
  test('redacts the values of a directory and of the environment, and tells what it did', async () => {
    const password = fresh();
    const token = fresh();
    const dir = secretDir({ password });
    const cwd = scratch();
    const argv = ['--secrets-dir', dir, '--ledger', 'ledger', '--stats', 'stats'];
    const { code, stdout, stderr } = await unleak(argv, {
      cwd,
      env: { API_TOKEN: token },
      input: `login ${password}\ntoken ${token}\nplain\n`,
    });
    expect(stdout).toBe('login [REDACTED:shop-db/password]\ntoken [REDACTED:API_TOKEN]\nplain\n');
    expect(code).toBe(0);
    const ledger = readFileSync(join(cwd, 'ledger'), 'utf8');
    const stats = readFileSync(join(cwd, 'stats'), 'utf8');
    expect(JSON.parse(stats)).toMatchObject({ records: 3, findings: { count: 2 } });
    expect(ledger.trim().split('\n')).toHaveLength(2);
    for (const text of [stderr, ledger, stats]) {
      expect(text).not.toContain(password);
      expect(text).not.toContain(token);
    }
  });

  test('--stats - goes to stderr and leaves stdout alone', async () => {
    const { stdout, stderr } = await unleak(['--stats', '-'], { input: 'x\n' });
    expect(stdout).toBe('x\n');
    expect(JSON.parse(stderr.trim().split('\n').at(-1)!)).toMatchObject({ bytesIn: 2, bytesOut: 2 });
  });

  test('refuses to start when a directory that was asked for is not there', async () => {
    const { code, stdout, stderr } = await unleak(['--secrets-dir', '/absent/dir'], { input: 'x\n' });
    expect(stderr).toContain('/absent/dir');
    expect([code, stdout]).toEqual([3, '']);
  });

  test.each([
    [['--ledger', '/absent/dir/ledger'], 'E_LEDGER_OPEN'],
    [['--stats', '/absent/dir/stats'], 'E_STATS_OPEN'],
    [['--metrics', '203.0.113.1:9090'], 'E_METRICS_LISTEN'],
  ])('%j is refused with 2 before a byte is read', async (argv, hint) => {
    const { code, stdout, stderr } = await unleak(argv, { input: 'x\n' });
    expect(stderr).toContain(hint);
    expect([code, stdout]).toEqual([2, '']);
  });

  test('actions and hidden names', async () => {
    const password = fresh();
    const dir = secretDir({ password });
    const run = async (...argv: string[]) =>
      (await unleak(['--secrets-dir', dir, '--no-near', ...argv], { input: `a ${password} b\nok\n` })).stdout;
    expect(await run('--hide-names')).toBe('a [REDACTED:secret] b\nok\n');
    expect(await run('--placeholder', '***')).toBe('a *** b\nok\n');
    expect(await run('--action', 'drop')).toBe('[DROPPED:shop-db/password]\nok\n');
    expect(await run('--action', 'pseudonym')).toMatch(
      /^a \[REDACTED:shop-db\/password:[0-9a-f]{8}:[0-9a-f]{12}\] b\nok\n$/,
    );
  });
});

describe('exec', () => {
  test('passes everything behind -- on, and returns its exit code', async () => {
    const script = 'console.log(process.argv.slice(1).join(" ")); process.exitCode = 7';
    const { code, stdout } = await unleak([
      'exec',
      '--format',
      'text',
      '--',
      'node',
      '-e',
      script,
      '--',
      '--hold',
      'x',
    ]);
    expect(stdout).toBe('--hold x\n');
    expect(code).toBe(7);
  });

  test('a command that is not there is 127', async () => {
    expect((await unleak(['exec', '--', 'absent-command'])).code).toBe(127);
  });
});
