import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ConfigError } from '../../src/config/config-error.ts';
import { loadPlan, loadSettings } from '../../src/config/load.ts';
import { OPTION_LIST, type OptionName } from '../../src/config/options.ts';
import { printSettings } from '../../src/config/print.ts';
import { renderOptions } from '../../src/config/reference.ts';
import { formatValue, parseValue } from '../../src/config/values.ts';

const dirs: string[] = [];
afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
});

interface Given {
  readonly flags?: Partial<Record<OptionName, string | boolean | readonly string[]>>;
  readonly env?: Record<string, string>;
  readonly file?: string;
}

/** A working directory with `file` as its unleak.yaml. */
function input({ flags = {}, env = {}, file }: Given) {
  const cwd = mkdtempSync(join(tmpdir(), 'unleak-config-'));
  dirs.push(cwd);
  if (file !== undefined) writeFileSync(join(cwd, 'unleak.yaml'), file);
  return { flags: new Map(Object.entries(flags)) as Map<OptionName, string>, env, cwd };
}

const plan = (given: Given) => loadPlan(input(given));

async function problems(given: Given): Promise<readonly string[]> {
  const error = await plan(given).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConfigError)) throw new Error('no ConfigError');
  expect(error.exitCode).toBe(2);
  return error.problems;
}

describe('precedence', () => {
  const file = 'hold: 4s\nsecrets: { grace: 4h, minLength: 12 }\nformat: cri\n';

  test('a flag outranks the environment, which outranks the file, which outranks the default', async () => {
    expect((await plan({})).holdMs).toBe(1000);
    expect((await plan({ file })).holdMs).toBe(4000);
    expect((await plan({ file, env: { UNLEAK_HOLD: '3s' } })).holdMs).toBe(3000);
    expect((await plan({ file, env: { UNLEAK_HOLD: '3s' }, flags: { hold: '2s' } })).holdMs).toBe(2000);
  });

  test('every option can be said in every place, and prints with its origin', async () => {
    const samples: Record<string, string> = {
      text: 'some-file',
      list: 'one',
      duration: '7m',
      bytes: '64',
      address: '127.0.0.1:9090',
      count: '7',
    };
    const own: Record<string, string> = { routes: 'syslog :601 tcp://store:601', maxBody: '1MiB' };
    for (const [name, option] of OPTION_LIST) {
      if (option.path === null || name === 'keyFile' || name === 'maxRecord') continue;
      const { type } = option;
      const opposite = String(option.default !== true);
      const usual =
        type.kind === 'enum' ? type.words[1]! : type.kind === 'boolean' ? opposite : samples[type.kind]!;
      const word = own[name] ?? usual;
      const keys = option.path.split('.');
      const scalar = word.includes(':') ? `'${word}'` : word;
      const yaml = keys.length === 1 ? `${keys[0]}: ${scalar}` : `${keys[0]}: { ${keys[1]}: ${scalar} }`;
      const byFile = (await loadSettings(input({ file: yaml }))).settings;
      const byEnv = (await loadSettings(input({ env: { [option.env]: word } }))).settings;
      const flag = type.kind === 'boolean' ? word === 'true' : word;
      const byFlag = (await loadSettings(input({ flags: { [name]: flag } }))).settings;
      expect(byFile.values[name], name).toEqual(byEnv.values[name]);
      expect(byFile.values[name], name).toEqual(byFlag.values[name]);
      expect(byFile.values[name], name).not.toEqual(option.default);
      expect([byFile, byEnv, byFlag].map(({ origins }) => origins[name])).toEqual([
        'file unleak.yaml',
        `env ${option.env}`,
        `flag ${option.flag}`,
      ]);
      expect(printSettings(byEnv)).toContain(`# env ${option.env}`);
    }
  });

  test('an empty variable says nothing', async () => {
    expect((await plan({ env: { UNLEAK_LEDGER: '' } })).ledgerFile).toBeNull();
  });

  test('lists from the environment are comma separated; the word default keeps the default items', async () => {
    const { secrets } = await plan({ env: { UNLEAK_SECRET_ENV: 'default, MY_*' } });
    expect(secrets.envGlobs).toContain('*_TOKEN');
    expect(secrets.envGlobs.at(-1)).toBe('MY_*');
    expect((await plan({ env: { UNLEAK_SECRET_ENV: 'MY_*,YOUR_*' } })).secrets.envGlobs).toEqual([
      'MY_*',
      'YOUR_*',
    ]);
  });

  test('a directory that was asked for is required, a usual place is not', async () => {
    const { secrets } = await plan({ flags: { secretsDirs: ['default', '/etc/mine'] } });
    expect(secrets.dirs.at(-1)).toEqual({ path: '/etc/mine', required: true });
    expect(secrets.dirs.slice(0, -1).every(({ required }) => !required)).toBe(true);
    expect(secrets.dirs.length).toBeGreaterThan(1);
  });

  test('--no-detectors selects none', async () => {
    expect((await plan({ flags: { detectorsEnabled: false } })).detectors.select).toEqual([]);
    expect((await plan({})).detectors.select).toEqual(['all']);
  });
});

describe('bad input', () => {
  test('a misspelt key is told with its place and the key that was meant', async () => {
    expect(await problems({ file: '# mine\nhold: 1s\nsecrets:\n    dris: [/a]\n' })).toEqual([
      'unleak.yaml:4:5 secrets.dris: unknown key; did you mean secrets.dirs?',
    ]);
    expect(await problems({ file: 'grace: 1h\n' })).toEqual([
      'unleak.yaml:1:1 grace: unknown key; did you mean secrets.grace?',
    ]);
    expect(await problems({ file: 'qqqqqqqqqqqqqqqqqqqq: 1h\n' })).toEqual([
      'unleak.yaml:1:1 qqqqqqqqqqqqqqqqqqqq: unknown key',
    ]);
  });

  test('all problems come at once, from every place', async () => {
    const told = await problems({
      file: 'hodl: 1s\nsecrets:\n  dirs: { a: b }\n  near: 3\naction: mask\nmaxRecord: 3\n',
      env: { UNLEAK_FROMAT: 'json', UNLEAK_METRICS: 'nowhere' },
      flags: { onFault: 'hld', placeholder: '"x"', grace: '400d' },
    });
    expect(told).toEqual([
      'unleak.yaml:3:3 secrets.dirs: must be a list of words',
      'unleak.yaml:4:3 secrets.near: must be true or false',
      'unleak.yaml:5:1 action: must hold keys: name, placeholder, hideNames, keyFile',
      'unleak.yaml:1:1 hodl: unknown key; did you mean hold?',
      'UNLEAK_FROMAT: unknown variable; did you mean UNLEAK_FORMAT?',
      '--grace: must be from 0s to 365d',
      '--on-fault: must be one of hold, drop, pass; did you mean hold?',
      'unleak.yaml:6:1 maxRecord: must be from 4KiB to 1GiB',
      'UNLEAK_METRICS: must be HOST:PORT, for example 127.0.0.1:9090, [::1]:9090 or :9090 for every address',
      expect.stringMatching(/^--placeholder: may hold printable ASCII only/),
    ]);
  });

  test('what is overruled is still checked', async () => {
    expect(await problems({ file: 'hold: soon\n', flags: { hold: '1s' } })).toEqual([
      'unleak.yaml:1:1 hold: must be a duration such as 500ms, 1s, 24h or 7d',
    ]);
  });

  test.each([
    ['broken YAML', 'hold: [1s\n', /^unleak\.yaml:\d+:\d+ is not valid YAML here/],
    ['a key twice', 'hold: 1s\nhold: 2s\n', /^unleak\.yaml:2:1 is not valid YAML here \(duplicate key\)/],
    ['a list at the top', '- a\n', /^unleak\.yaml: the file must hold keys: /],
    ['a bare word', 'yes\n', /^unleak\.yaml: the file must hold keys: /],
    ['an alias that leads nowhere', 'hold: *one\n', /^unleak\.yaml: an alias \(\*\) has no anchor/],
    ['a number for an address', 'metrics: 9090\n', /^unleak\.yaml:1:1 metrics: must be HOST:PORT/],
  ])('%s is told with its place', async (_, file, expected) => {
    const told = await problems({ file });
    expect(told[0]).toMatch(expected);
  });

  test('a file that is missing, a directory, or too large is told; an absent default file is fine', async () => {
    expect(await problems({ flags: { config: 'absent.yaml' } })).toEqual([
      'absent.yaml: cannot be read (ENOENT)',
    ]);
    expect(await problems({ flags: { config: '.' } })).toEqual([
      expect.stringContaining('cannot be read (EISDIR)'),
    ]);
    expect(await problems({ file: `# ${'x'.repeat(1024 * 1024)}\n` })).toEqual([
      'unleak.yaml: is larger than 1 MiB; this is not a configuration file',
    ]);
    await expect(plan({ file: '' })).resolves.toBeDefined();
  });

  test('variables that Kubernetes sets beside a Service named unleak are no mistake', async () => {
    const env = {
      UNLEAK_SERVICE_HOST: '10.0.0.1',
      UNLEAK_PORT_8080_TCP_ADDR: '10.0.0.1',
      UNLEAK_PORT: 'tcp://x',
    };
    await expect(plan({ env })).resolves.toBeDefined();
  });

  test('a key file that is missing or short is told', async () => {
    expect(await problems({ flags: { keyFile: 'absent' } })).toEqual([
      expect.stringMatching(/^--pseudonym-key-file: the key file cannot be read \(ENOENT\)/),
    ]);
    const given = input({ flags: { keyFile: 'short' } });
    writeFileSync(join(given.cwd, 'short'), 'tooshort');
    await expect(loadPlan(given)).rejects.toThrow('holds 8 bytes, 16 are needed');
  });

  test('--detectors and --no-detectors together are told', async () => {
    expect(await problems({ flags: { detectors: ['aws'], detectorsEnabled: false } })).toEqual([
      '--no-detectors: contradicts --detectors; give one of them',
    ]);
  });

  test('no value that was given is ever repeated: it may be a secret in the wrong place', async () => {
    const secret = `s${Math.random().toString(36).slice(2)}Zq!`;
    const flags = Object.fromEntries(
      OPTION_LIST.filter(([, { type }]) => !['text', 'list'].includes(type.kind)).map(([name]) => [
        name,
        secret,
      ]),
    );
    const told = await problems({
      flags: { ...flags, placeholder: `"${secret}"`, config: undefined as never },
      env: { UNLEAK_HOLD: secret, UNLEAK_METRICS: secret },
      file: `hold: ${secret}\nformat: [${secret}]\nsecrets: ${secret}\n`,
    });
    expect(told.length).toBeGreaterThan(10);
    expect(told.join('\n')).not.toContain(secret.slice(0, 5));
    expect((await problems({ file: `password: "${secret}\n` })).join()).not.toContain(secret.slice(0, 5));
  });
});

describe('words', () => {
  const duration = { kind: 'duration', min: 0, max: 1e12 } as const;
  const bytes = { kind: 'bytes', min: 0, max: 1e12 } as const;
  const address = { kind: 'address' } as const;

  test.each([
    [duration, '500ms', 500],
    [duration, '1.5s', 1500],
    [duration, '2m', 120_000],
    [duration, '24h', 86_400_000],
    [duration, '7d', 604_800_000],
    [duration, '0', 0],
    [bytes, '512', 512],
    [bytes, '64KiB', 65_536],
    [bytes, '1MiB', 1_048_576],
    [address, ':9090', { host: '::', port: 9090 }],
    [address, '[::1]:9090', { host: '::1', port: 9090 }],
    [address, 'localhost:0', { host: 'localhost', port: 0 }],
  ])('%o reads %s', (type, word, value) => {
    expect(parseValue(type, word)).toEqual({ value });
    const shown = formatValue(type, value);
    expect(parseValue(type, String(shown))).toEqual({ value });
  });

  test.each([
    [duration, ['', '1', 'h', '-1s', '1 week', '1e3s']],
    [bytes, ['', '-1', '1MB', '1.5MiB', 'x']],
    [address, ['', '9090', 'host', 'host:', 'host:99999', '::1:9090', 'a b:1', 'http://x:1']],
  ])('%o refuses what it cannot mean', (type, words) => {
    for (const word of words) expect(parseValue(type, word), word).toHaveProperty('problem');
  });
});

test('the printed configuration, read back as a file, gives the same plan', async () => {
  const flags = { hold: '1500ms', metrics: ':9090', secretEnv: ['A_*', '-B'], near: false, onFault: 'drop' };
  const { settings, plan: first } = await loadSettings(input({ flags }));
  const file = printSettings(settings);
  expect(parse(file).hold).toBe('1500ms');
  const second = await plan({ file });
  // Where it was said is all that may differ.
  const detectors = { ...second.detectors, selectedAt: first.detectors.selectedAt };
  expect({ ...second, detectors, secrets: { ...second.secrets } }).toEqual(first);
});

test('the reference has a row for every option, and no bar breaks its table', () => {
  const rows = renderOptions().trim().split('\n');
  expect(rows).toHaveLength(OPTION_LIST.length + 2);
  for (const row of rows) expect(row.split(/(?<!\\)\|/)).toHaveLength(8);
  expect(new Set(OPTION_LIST.map(([, { env }]) => env)).size).toBe(OPTION_LIST.length);
});

test('ledger and summary in one file are a mistake, told at its place; a device may be both', async () => {
  const file = 'stats: ./told.json\n';
  const [told] = await problems({ file, flags: { ledger: 'told.json' } });
  expect(told).toContain('unleak.yaml:1:1 stats: names the file of the ledger (--ledger)');
  const linked = input({ flags: { ledger: 'one', stats: 'two' } });
  writeFileSync(join(linked.cwd, 'one'), '');
  symlinkSync('one', join(linked.cwd, 'two'));
  await expect(loadPlan(linked)).rejects.toThrow('--stats: names the file of the ledger');
  expect((await plan({ flags: { ledger: '/dev/null', stats: '/dev/null' } })).statsFile).toBe('/dev/null');
  expect((await plan({ flags: { ledger: 'one', stats: 'two' } })).ledgerFile).toMatch(/one$/);
});

test('detectors that cannot be selected or read are told with the rest, each at its place', async () => {
  const env = { UNLEAK_DETECTORS: 'gitub' };
  const flags = { hold: 'soon', detectorFiles: ['missing.yaml'] };
  const told = await problems({ env, flags });
  expect(told).toHaveLength(3);
  expect(told[0]).toMatch(/^--hold: must be/);
  expect(told[1]).toMatch(/missing\.yaml: cannot be read \(ENOENT\)$/);
  expect(told[2]).toBe('UNLEAK_DETECTORS gitub: selects no detector; did you mean github?');
});
