import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { notSecretReason } from '../../src/secrets/not-secret.ts';
import { freshValue } from './scratch.ts';

const reason = (key: string, value: string | Uint8Array) => notSecretReason(key, Buffer.from(value));
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const certificatePem = publicPem.replaceAll('PUBLIC KEY', 'CERTIFICATE');

test('empty and blank values are no secrets', () => {
  expect(reason('password', '')).toBe('empty');
  expect(reason('password', ' \r\n\t')).toBe('only white space');
});

test('public certificates and keys are no secrets, under any name', () => {
  expect(reason('ca.crt', certificatePem)).not.toBe(null);
  expect(reason('anything', certificatePem + certificatePem)).not.toBe(null);
  expect(reason('key.pub', publicPem)).not.toBe(null);
});

test('what only looks public stays secret', () => {
  expect(reason('tls.crt', privatePem)).toBe(null);
  expect(reason('tls.crt', certificatePem + privatePem)).toBe(null);
  expect(reason('tls.crt', certificatePem + freshValue())).toBe(null);
  expect(reason('tls.crt', freshValue() + certificatePem)).toBe(null);
  expect(reason('tls.crt', freshValue())).toBe(null);
  expect(reason('ca.crt', certificatePem.slice(0, -30))).toBe(null);
  expect(reason('tls.der', privateKey.export({ type: 'pkcs8', format: 'der' }))).toBe(null);
  expect(reason('tls.der', privateKey.export({ type: 'pkcs1', format: 'der' }))).toBe(null);
});

test('the service account’s namespace is no secret; another text in a file of that name is', () => {
  expect(reason('namespace', 'shop')).not.toBe(null);
  expect(reason('namespace', `A${freshValue()}_`)).toBe(null);
  expect(reason('password', 'shop')).toBe(null);
});

test('a connection URL is a secret when it holds a password', () => {
  expect(reason('DATABASE_URL', 'postgres://db:5432/shop')).not.toBe(null);
  expect(reason('REDIS_URL', 'redis://cache:6379/0')).not.toBe(null);
  expect(reason('DATABASE_URL', `postgres://shop:${freshValue()}@db:5432/shop`)).toBe(null);
  expect(reason('DATABASE_URL', `postgres://db/shop?password=${freshValue()}`)).toBe(null);
  expect(reason('JDBC', `jdbc:sqlserver://db;password=${freshValue()}`)).toBe(null);
  expect(reason('HOOK_URL', `https://hooks.test/services/${freshValue()}`)).toBe(null);
});
