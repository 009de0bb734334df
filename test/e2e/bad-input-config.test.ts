import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { QUIET, scratch, startUnleak } from './running.ts';
import { toTheEnd } from './to-the-end.ts';

/** A detector file without a mistake, for a provider of that name. */
const good = (name: string): string => `provider: ${name}
detectors:
${detector(name)}`;
const detector = (name: string): string => `  - id: ${name}.key
    title: A key
    confidence: high
    keywords: [${name}_]
    pattern: '\\b(?P<secret>${name}_[0-9a-f]{32})\\b'
    examples: ['key=${name}_{{[0-9a-f]:32}}', '{"k":"${name}_{{[0-9a-f]:32}}"}']
    counterexamples:
      - { text: '${name}_{{[0-9a-f]:31}}', why: one short }
      - { text: '${name}_{{[g-z]:32}}', why: no hex }
`;

/** Files with one mistake each: a name, how the good one is spoilt, what must be said behind the file's name. */
const mistakes: readonly (readonly [string, (text: string) => string, string])[] = [
  [
    'misspelt',
    (text) => text.replace('confidence:', 'confidance:'),
    ':5:5: misspelt.key: unknown key confidance; did you mean confidence?',
  ],
  ['twice', (text) => text + detector('twice'), ':12:9: twice.key: the id stands at '],
  [
    'ahead',
    (text) => text.replace('ahead_[', '(?=x)ahead_['),
    ':7:14: ahead.key: pattern: invalid perl operator: (?=',
  ],
  [
    'empty',
    (text) => text.replace('[empty_]', '[]'),
    ':6:15: empty.key: keywords: is a list of 1 item or more',
  ],
  ['without', (text) => text.replace(/ +keywords.*\n/, ''), ':3:5: without.key: keywords is missing'],
  [
    'short',
    (text) => text.replace('[short_]', '[sh]'),
    ':6:16: short.key: keyword sh is shorter than 3 bytes',
  ],
  ['other', (text) => text.replace(':32}}', ':12}}'), ':8:16: other.key: this example is not found'],
  ['counter', (text) => text.replace(':31}}', ':32}}'), ':10:9: counter.key: this counterexample is found'],
  ['broken', (text) => text.replace('[broken_]', '[broken_'), 'is not valid YAML here ('],
  ['alias', (text) => text.replace('A key', '*key'), 'an alias (*) has no anchor (&)'],
  ['words', () => randomBytes(600).toString('base64'), 'the file must hold the keys provider and detectors'],
];

test('every mistake of every detector file is told at once, each with its place, before a byte is read', async () => {
  const dir = scratch();
  const flags = mistakes.flatMap(([name, spoil]) => {
    const path = join(dir, `${name}.yaml`);
    writeFileSync(path, spoil(good(name)));
    return ['--detectors-file', path];
  });
  for (const command of [[], ['exec'], ['detectors', 'list']]) {
    const rest = command[0] === 'exec' ? ['--', 'echo', 'ran'] : [];
    const ended = await toTheEnd(startUnleak([...command, ...flags, ...rest]), 'x\n');
    expect([command, ended.code, ended.out]).toEqual([command, 2, '']);
    expect(ended.err).toMatch(
      /^unleak: E_DETECTOR_FILE \d+ problems in the detector files; nothing was read\.\n/,
    );
    const lines = ended.err.split('\n');
    for (const [name, , said] of mistakes) {
      const told = lines.filter((line) => line.startsWith(`  ${dir}/${name}.yaml:`));
      expect(told, name).toContainEqual(expect.stringContaining(said));
    }
  }
});

test('a detector file without a mistake finds, in text and in JSON', async () => {
  const path = join(scratch(), 'own.yaml');
  writeFileSync(path, good('acme'));
  const key = `acme_${randomBytes(16).toString('hex')}`;
  const ended = await toTheEnd(startUnleak([...QUIET, '--detectors-file', path]), `{"k":"${key}"}\n${key}\n`);
  expect(ended).toEqual({ code: 0, out: '{"k":"[REDACTED:acme.key]"}\n[REDACTED:acme.key]\n', err: '' });
});

test('every mistake of flags and file is told at once, each with its place; no value is repeated', async () => {
  const path = join(scratch(), 'mine.yaml');
  const value = randomBytes(12).toString('hex');
  writeFileSync(path, `format: ${value}\nsecerts: {}\nnear: false\nsecrets:\n  dris: [/x]\n  grace: soon\n`);
  const flags = ['--config', path, '--action', value, '--hold', '0s', '--detectors', 'gitub'];
  const ended = await toTheEnd(startUnleak(flags), 'x\n');
  expect([ended.code, ended.out]).toEqual([2, '']);
  const lines = ended.err.trimEnd().split('\n');
  expect(lines[0]).toBe('unleak: E_CONFIG 8 problems with the configuration; nothing was read.');
  expect(lines.slice(1).sort()).toEqual(
    [
      `${path}:1:1 format: must be one of auto, text, json, cri, docker`,
      `${path}:2:1 secerts: unknown key; did you mean secrets?`,
      `${path}:3:1 near: unknown key; did you mean secrets.near?`,
      `${path}:5:3 secrets.dris: unknown key; did you mean secrets.dirs?`,
      `${path}:6:3 secrets.grace: must be a duration such as 500ms, 1s, 24h or 7d`,
      '--detectors gitub: selects no detector; did you mean github?',
      '--action: must be one of mask, partial, pseudonym, drop',
      '--hold: must be from 1ms to 1h',
    ].sort(),
  );
});
