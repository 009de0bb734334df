import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { Secret } from '../../src/engine/secret.ts';
import { guard } from '../../src/secrets/guard.ts';

const judge = (value: string | Uint8Array, key = 'password', minBytes = 8) =>
  guard(new Secret({ name: `shop/${key}`, key, part: '' }, Buffer.from(value)), minBytes);
const fresh = (length: number) => `k${randomBytes(length).toString('hex')}`.slice(0, length);

test('a long enough value is matched anywhere, and nothing is said about it', () => {
  expect(judge(fresh(8))).toEqual({ use: 'anywhere', code: 'ok', reason: '' });
  expect(judge(randomBytes(32)).use).toBe('anywhere');
});

test('a value shorter than the minimum is matched beside its key', () => {
  for (const length of [4, 5, 6, 7])
    expect(judge(fresh(length))).toMatchObject({ use: 'beside-key', code: 'short' });
  expect(judge(fresh(10), 'password', 12)).toMatchObject({ use: 'beside-key' });
  expect(judge(fresh(12), 'password', 12)).toMatchObject({ use: 'anywhere' });
});

test('a minimum below the shortest needle is taken for 8', () => {
  expect(judge(fresh(6), 'password', 4).use).toBe('beside-key');
  expect(judge(fresh(6), 'password', 4).reason).toContain('8 bytes');
});

test('white space around a value does not count', () => {
  expect(judge(`${fresh(7)}\n`).use).toBe('beside-key');
  expect(judge('\r\n  ')).toMatchObject({ use: 'none', code: 'blank' });
  expect(judge(' admin\n')).toMatchObject({ use: 'none', code: 'common' });
});

test('values that would blank the log are not matched, in any case and of any length', () => {
  for (const word of [
    'admin',
    'TRUE',
    'null',
    'docker',
    'root',
    'password',
    'changeme',
    'localhost',
    'Administrator',
    'username',
    'postgres',
    'production',
    'kubernetes.default.svc',
  ])
    expect(judge(word)).toMatchObject({ use: 'none', code: 'common' });
  for (const number of ['8080', '5432', '1234567'])
    expect(judge(number)).toMatchObject({ use: 'none', code: 'number' });
  for (const text of ['xxxx', '********', '-'.repeat(40)])
    expect(judge(text)).toMatchObject({ use: 'none', code: 'one-character' });
  for (const text of ['', 'a', 'abc']) expect(judge(text).use).toBe('none');
});

test('a number of 8 digits and a weak password that no log prints are matched', () => {
  expect(judge('48291734').use).toBe('anywhere');
  expect(judge(`${'pass'}word${fresh(3)}`).use).toBe('anywhere');
});

test('what stands for a value is not matched', () => {
  for (const text of [
    '$' + '{DB_PASSWORD}',
    '$(DB_PASSWORD)',
    '{{ .Values.password }}',
    '<your-password>',
    '[REDACTED:shop/password]',
  ])
    expect(judge(text)).toMatchObject({ use: 'none', code: 'placeholder' });
  expect(judge(`<${fresh(6)}!${fresh(6)}>`).use).toBe('anywhere');
});

test('public keys and certificates are not matched, private ones are', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const blob = Buffer.concat([
    Buffer.from([0, 0, 0, 11]),
    Buffer.from('ssh-ed25519'),
    randomBytes(36),
  ]).toString('base64');
  expect(judge(publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'tls.crt')).toMatchObject({
    use: 'none',
    code: 'public',
  });
  expect(judge(`ssh-ed25519 ${blob} me@host\n`, 'id_ed25519.pub')).toMatchObject({
    use: 'none',
    code: 'public',
  });
  expect(judge(`# hosts\ngit.example ssh-ed25519 ${blob}\n`, 'known_hosts')).toMatchObject({
    use: 'none',
    code: 'public',
  });
  expect(judge('team-a', 'namespace')).toMatchObject({ use: 'none', code: 'public' });
  expect(judge(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), 'tls.crt').use).toBe(
    'anywhere',
  );
  expect(judge(`ssh-ed25519 ${blob}\n${fresh(12)}`, 'keys').use).toBe('anywhere');
});

test('a short value whose key is too short to stand beside is named, not skipped silently', () => {
  expect(judge(fresh(6), 'pw')).toMatchObject({ use: 'none', code: 'short-key' });
});

test('of a value over 1 MiB the first MiB is matched, and that is said', () => {
  expect(judge(Buffer.alloc(1024 * 1024 + 1, 'ab'))).toMatchObject({ use: 'anywhere', code: 'first-mib' });
});

test('no reason holds a byte of the value', () => {
  for (const length of [4, 6, 7]) {
    const value = fresh(length);
    expect(JSON.stringify(judge(value))).not.toContain(value);
  }
});
