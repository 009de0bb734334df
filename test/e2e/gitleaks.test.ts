import { randomBytes } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { QUIET, scratch, startUnleak } from './running.ts';
import { linesWith, toTheEnd } from './to-the-end.ts';

const TEAM = fileURLToPath(new URL('../config/gitleaks/team.toml', import.meta.url));

/** Lines with a token each of rules of team.toml, and what becomes of them. */
function lines(): { input: string; output: string } {
  const hex = (bytes: number) => randomBytes(bytes).toString('hex');
  const pairs = [
    (value: string) => `{"msg":"start","key":"${value}"}`,
    (value: string) => `2024-06-03T08:12:44Z INFO retry with ${value} now`,
  ].flatMap((shape) => [
    [shape(`orch_live_${hex(12)}`), shape('[REDACTED:gitleaks.orchard-api-key]')],
    [shape(`quince-a-${hex(8)}`), shape('quince-a-[REDACTED:gitleaks.quince]')],
  ]);
  return {
    input: pairs.map(([before]) => `${before}\n`).join(''),
    output: pairs.map(([, after]) => `${after}\n`).join(''),
  };
}

test('import writes a file that passes its own tests and redacts; what it cannot carry over it tells', async () => {
  const yaml = join(scratch(), 'team.yaml');
  const imported = await toTheEnd(startUnleak(['detectors', 'import', TEAM, '--output', yaml]));
  expect([imported.code, imported.out]).toEqual([0, '']);
  expect(imported.err).toContain(`${TEAM}:67: bare-hex: left out: it has no keywords`);
  expect(imported.err.trimEnd().split('\n').at(-1)).toBe('20 of 29 rules carried over, 9 left out.');
  const own = ['--detectors', 'gitleaks', '--detectors-file', yaml];
  const tested = await toTheEnd(startUnleak(['detectors', 'test', ...own]));
  expect(tested).toEqual({
    code: 0,
    out: '20 detectors, 80 examples and counter-examples, 0 failed.\n',
    err: '',
  });
  const { input, output } = lines();
  expect(await toTheEnd(startUnleak([...QUIET, ...own]), input)).toEqual({ code: 0, out: output, err: '' });
});

test('without --output the file goes to stdout, the report to stderr', async () => {
  const { code, out, err } = await toTheEnd(startUnleak(['detectors', 'import', TEAM]));
  expect(code).toBe(0);
  expect(out).toMatch(/^# Made of .*team\.toml by unleak detectors import\.\n/);
  expect(out).not.toContain('left out');
  expect(err).not.toContain('pattern:');
});

test('the file itself redacts too, and what does not come along is a warning at start', async () => {
  const { input, output } = lines();
  const ended = await toTheEnd(startUnleak([...QUIET, '--detectors-file', TEAM]), input);
  expect([ended.code, ended.out]).toEqual([0, output]);
  expect([linesWith('RULES_LEFT_OUT', ended), linesWith('RULES_IN_PART', ended)]).toEqual([1, 1]);
  const checked = await toTheEnd(startUnleak(['config', 'check', '--detectors-file', TEAM]));
  expect([checked.code, checked.out]).toEqual([0, 'ok\n']);
  expect(checked.err).toContain(`unleak: warn: ${TEAM}:67: bare-hex: left out`);
});

test.each([
  [['detectors', 'import'], 'which file? unleak detectors import .gitleaks.toml'],
  [['detectors', 'import', 'absent.toml'], 'the file cannot be read (ENOENT)'],
  [
    ['detectors', 'import', 'FILE', '--output', 'absent/x.yaml'],
    '--output: the file cannot be written (ENOENT)',
  ],
  [['detectors', 'import', 'BAD'], 'bad.toml:2:6: is not valid TOML here'],
  [['--detectors-file', 'BAD'], 'bad.toml:2:6: is not valid TOML here'],
])('%j is refused with 2 and words', async (argv, hint) => {
  const dir = scratch();
  copyFileSync(TEAM, join(dir, 'team.toml'));
  writeFileSync(join(dir, 'bad.toml'), '[[rules]]\nid = what\n');
  const paths: Record<string, string> = { FILE: join(dir, 'team.toml'), BAD: join(dir, 'bad.toml') };
  const { code, out, err } = await toTheEnd(startUnleak(argv.map((word) => paths[word] ?? word)));
  expect(err).toContain(hint);
  expect(err).not.toContain('what');
  expect([code, out]).toEqual([2, '']);
});

test('where no rule can be carried over nothing is written, and the code says so', async () => {
  const dir = scratch();
  const [toml, yaml] = [join(dir, 'paths.toml'), join(dir, 'out.yaml')];
  writeFileSync(toml, "[[rules]]\nid = 'x'\npath = 'x$'\n");
  const { code, out, err } = await toTheEnd(startUnleak(['detectors', 'import', toml, '--output', yaml]));
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain('x: left out: it looks at paths alone');
  expect(() => readFileSync(yaml)).toThrow('ENOENT');
});
