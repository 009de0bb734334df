import { expect, test } from 'vitest';
import { DEFAULT_ENV_GLOBS, Env } from '../../src/secrets/env.ts';
import { matchesGlob, picks } from '../../src/secrets/name-glob.ts';
import { text } from './scratch.ts';

const environ = (block: string) => async () => Buffer.from(block, 'latin1');
const loadFrom = async (globs: readonly string[], block: string) =>
  (await new Env(globs, environ(block)).load()).values.map(({ origin, bytes }) => [origin.name, text(bytes)]);

test.each([
  ['*_TOKEN', 'GITHUB_TOKEN', true],
  ['*_TOKEN', 'github_token', true],
  ['*_TOKEN', 'TOKEN', false],
  ['*_TOKEN', 'A_TOKEN_B', false],
  ['*SECRET*', 'SECRET', true],
  ['A*B*C', 'AxxBxxBxC', true],
  ['A*B*C', 'AxxBxxBx', false],
  ['*_UR?', 'MONGO_URI', true],
  ['?', '', false],
  ['', '', true],
  ['*', '', true],
  ['a.c', 'abc', false],
])('the glob %s on the name %s gives %s', (glob, name, expected) => {
  expect(matchesGlob(glob, name)).toBe(expected);
});

test('a glob of many stars costs no more than its length times the name’s', () => {
  expect(matchesGlob(`${'*A'.repeat(1000)}B`, 'A'.repeat(10_000))).toBe(false);
});

test('an exclusion wins wherever it stands', () => {
  expect(picks(['-NO_KEY', '*_KEY'], 'NO_KEY')).toBe(false);
  expect(picks(['*_KEY', '-NO_KEY'], 'NO_KEY')).toBe(false);
  expect(picks(['*_KEY', '-NO_KEY'], 'MY_KEY')).toBe(true);
  expect(picks(['-NO_KEY'], 'MY_KEY')).toBe(false);
});

test.each(
  'DB_PASSWORD PGPASSWORD MYSQL_PWD GITHUB_TOKEN npm_config__authtoken AWS_SECRET_ACCESS_KEY API_KEY SECRET_KEY_BASE DATABASE_URL SENTRY_DSN MONGODB_URI SLACK_WEBHOOK_URL DOCKER_PASS'.split(
    ' ',
  ),
)('takes %s without being told', (name) => {
  expect(picks(DEFAULT_ENV_GLOBS, name)).toBe(true);
});

test.each(
  'PATH PWD OLDPWD HOME SSH_AUTH_SOCK AWS_ACCESS_KEY_ID GPG_KEY STRIPE_PUBLISHABLE_KEY SSH_PUBLIC_KEY KUBERNETES_SERVICE_HOST NODE_OPTIONS KEYBOARD TOKENIZER MONKEY'.split(
    ' ',
  ),
)('leaves %s alone', (name) => {
  expect(picks(DEFAULT_ENV_GLOBS, name)).toBe(false);
});

test('takes values as bytes, with = and invalid UTF-8 in them, each in memory of its own', async () => {
  expect(
    await loadFrom(['*_KEY'], 'A_KEY=x=y\xff\xfe\0PATH=/bin\0B_KEY=\0=odd\0nothing\0C_KEY=last'),
  ).toEqual([
    ['A_KEY', 'x=y\xff\xfe'],
    ['B_KEY', ''],
    ['C_KEY', 'last'],
  ]);
  const { values } = await new Env(['*'], environ('A=value\0')).load();
  expect(values[0]!.bytes!.buffer.byteLength).toBe(5);
});

test('wipes the block it was given', async () => {
  const block = Buffer.from('A_KEY=value\0');
  await new Env(['*_KEY'], async () => block).load();
  expect(block.every((byte) => byte === 0)).toBe(true);
});

test('reads the real environment of this process', async () => {
  const { values } = await new Env(['PATH']).load();
  expect(values.map(({ bytes }) => text(bytes))).toEqual([process.env.PATH]);
});
