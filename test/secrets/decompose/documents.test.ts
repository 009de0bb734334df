import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { decompose } from '../../../src/secrets/decompose/index.ts';
import { MAX_PARTS } from '../../../src/secrets/decompose/parts.ts';
import { minted, partsOf, textsOf } from './parts-of.ts';

const base64 = (text: string) => Buffer.from(text).toString('base64');
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keyPem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const certificate = publicKey
  .export({ type: 'spki', format: 'pem' })
  .toString()
  .replaceAll('PUBLIC KEY', 'CERTIFICATE');
const body = keyPem.split('\n').slice(1, -2).join('');

test('the whole value comes first, under its own name, and the caller keeps its bytes', () => {
  const value = Buffer.from(`{"password":"${minted()}"}`);
  const copy = Buffer.from(value);
  const [whole, part] = decompose({ name: 'shop/config', key: 'config', part: '' }, value);
  expect(whole!.origin).toEqual({ name: 'shop/config', key: 'config', part: '' });
  expect(Buffer.from(whole!.reveal()).equals(copy)).toBe(true);
  expect(value.equals(copy)).toBe(true);
  expect(part!.origin).toEqual({ name: 'shop/config', key: 'password', part: 'json:password' });
});

test('a docker config gives password, auth, and what auth holds', () => {
  const a = minted();
  const auth = base64(`me:${a}`);
  const texts = textsOf(
    JSON.stringify({ auths: { 'r.example': { username: 'me', password: a, email: 'me@x.example', auth } } }),
  );
  expect(texts).toEqual([a, auth, `me:${a}`]);
  expect(textsOf(JSON.stringify({ auths: { 'r.example': { auth } } }))).toEqual([auth, `me:${a}`, a]);
});

test('a service account gives its private key as a value of several lines, and nothing public', () => {
  const parts = partsOf(
    JSON.stringify(
      {
        type: 'service_account',
        project_id: 'shop-prod',
        private_key_id: minted(20),
        private_key: keyPem,
        client_email: 'a@b.example',
        token_uri: 'https://oauth2.example/token',
      },
      null,
      2,
    ),
  );
  expect(parts.map((part) => part.part)).toEqual(['json:private_key', 'pem-body']);
  expect(parts[0]!.text).toBe(keyPem.trim());
  expect(parts[1]!.text).toBe(body);
});

test('leaves are secret by their names, at any depth, in lists and in name-value pairs', () => {
  const [a, b, c, d, e] = [minted(), minted(), minted(), minted(), minted()];
  const document = {
    db: { clientSecret: a, secretName: 'shop-db', tokens: [b] },
    apiKeys: { one: c },
    env: [{ name: 'DB_PASSWORD', value: d }],
    url: `https://u:${e}@x.example/`,
  };
  expect(textsOf(JSON.stringify(document))).toEqual([a, b, c, d, e]);
});

test('a JSON Web Key gives its private members', () => {
  const jwk = privateKey.export({ format: 'jwk' });
  const texts = textsOf(JSON.stringify({ keys: [jwk] }));
  expect(texts).toContain(jwk.d);
  expect(texts).not.toContain(jwk.n);
});

test('a kubeconfig gives token and client key, as it is and decoded', () => {
  const token = minted(20);
  const data = base64(keyPem);
  const texts = textsOf(
    stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        {
          name: 'c',
          cluster: { server: 'https://x.example', 'certificate-authority-data': base64(certificate) },
        },
      ],
      users: [
        {
          name: 'u',
          user: { token, 'client-certificate-data': base64(certificate), 'client-key-data': data },
        },
      ],
    }),
  );
  expect(texts).toEqual([token, data, keyPem.trim(), body]);
});

test('a Secret manifest gives all its values', () => {
  const [a, b] = [minted(), minted()];
  expect(
    textsOf(`apiVersion: v1\nkind: Secret\ndata:\n  one: ${base64(a)}\nstringData:\n  two: ${b}\n`),
  ).toEqual([a, b]);
});

test('a PEM block in a YAML document is a value of its own', () => {
  const a = minted();
  const texts = textsOf(`password: ${a}\nserver:\n  port: 8443\n  key: |\n${keyPem.replace(/^/gm, '    ')}`);
  expect(texts).toContain(body);
  expect(texts).toContain(a);
});

test('of a bundle only the private key is a part', () => {
  expect(textsOf(certificate + keyPem)).toEqual([keyPem.trim(), body]);
});

test('a key with its line ends written as \\n is taken with real ones', () => {
  const flat = keyPem.trim().replaceAll('\n', '\\n');
  expect(textsOf(flat)).toEqual([keyPem.trim(), body]);
  expect(textsOf(`PRIVATE_KEY="${flat}"\n`)).toContain(keyPem.trim());
  expect(textsOf(`PRIVATE_KEY=${flat}\n`)).toContain(keyPem.trim());
});

test('a document kept in base64 is read', () => {
  const a = minted();
  expect(textsOf(base64(JSON.stringify({ client_secret: a })))).toContain(a);
  expect(textsOf(base64(keyPem))).toContain(body);
});

test('a value in JSON quotes gives what stands in them', () => {
  const a = minted();
  expect(textsOf(`"${a}\\n"\n`)).toEqual([a]);
});

test('malformed documents are just the whole value', () => {
  const a = minted();
  for (const text of [
    `{"password":"${a}"`,
    `{"password":"${a}",}`,
    `a: [1\npassword: ${a}`,
    '['.repeat(100_000),
    '{"a":'.repeat(50_000),
    `${'- '.repeat(20_000)}a`,
  ])
    expect(textsOf(text)).toEqual([]);
});

test('a YAML bomb ends soon and is just the whole value', () => {
  const levels = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 12; i++)
    levels.push(`a${i}: &a${i} [${Array.from({ length: 9 }, () => `*a${i - 1}`).join(', ')}]`);
  expect(textsOf(levels.join('\n'))).toEqual([]);
});

test('at most 1,000 parts are taken of one value, each once', () => {
  const same = minted();
  expect(textsOf(JSON.stringify(Array.from({ length: 50 }, () => ({ password: same }))))).toEqual([same]);
  const many = JSON.stringify(Array.from({ length: MAX_PARTS + 50 }, () => ({ password: minted() })));
  expect(partsOf(many).length).toBe(MAX_PARTS);
});

test('documents in documents are read to a bounded depth', () => {
  let text = JSON.stringify({ password: minted() });
  const a = minted();
  const nested = JSON.stringify({ config: JSON.stringify({ inner: JSON.stringify({ password: a }) }) });
  expect(textsOf(nested)).toEqual([a]);
  for (let i = 0; i < 12; i++) text = JSON.stringify({ config: text });
  expect(textsOf(text)).toEqual([]);
});

test('no part shows bytes of the value in its name', () => {
  const a = minted();
  for (const secret of decompose({ name: 'n', key: 'k', part: '' }, Buffer.from(`postgres://u:${a}@h/d`)))
    expect(JSON.stringify([secret, secret.origin])).not.toContain(a);
});
