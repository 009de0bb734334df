import { generateKeyPairSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lines } from '../../../src/engine/variants/lines.ts';

const kept = (text: string) =>
  lines.encode(Buffer.from(text)).map((line) => Buffer.from(line).toString('latin1'));
const fresh = (bytes = 12) => randomBytes(bytes).toString('hex');

test('each line of 8 bytes or more is sought, without blanks and CR around it', () => {
  const [a, b] = [fresh(), fresh()];
  expect(kept(`${a}\r\n\t ${b}  \nshort\n\n`)).toEqual([a, b]);
});

test('a value of one line has no line of its own', () => {
  expect(kept(fresh())).toEqual([]);
});

test('random lines are all sought', () => {
  const line = fc
    .stringMatching(/^[A-Za-z0-9!@%^&*~|]{12,60}$/)
    .filter((text) => new Set(text).size > 3 && /\w/.test(text));
  fc.assert(
    fc.property(fc.array(line, { minLength: 2, maxLength: 9 }), (texts) => {
      expect(kept(texts.join('\n'))).toEqual(texts);
    }),
  );
});

test('every body line of a PEM key is sought, its armor is not', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const text = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const body = text.split('\n').filter((line) => line.length >= 8 && !line.startsWith('-----'));
  expect(kept(text)).toEqual(body);
});

test('headers inside armor are not sought', () => {
  const body = fresh(32);
  const text = `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n${body}\n-----END RSA PRIVATE KEY-----`;
  expect(kept(text)).toEqual([body]);
});

test('structure never becomes a needle', () => {
  const secret = fresh();
  const structure = [
    '----------',
    '}}}}}}}}]',
    '[default section]',
    '<configuration>',
    '</configuration>',
    '# a comment line',
    '// a comment line',
    '; a comment line',
    '        ',
    '==========',
  ];
  expect(kept([...structure, secret].join('\n'))).toEqual([secret]);
});

test('a JSON document has no line needles', () => {
  expect(kept(JSON.stringify({ type: 'service_account', private_key: fresh(40) }, null, 2))).toEqual([]);
  expect(kept(JSON.stringify([fresh(), fresh()], null, 2))).toEqual([]);
});

test('a value that only begins like JSON keeps its lines', () => {
  const [a, b] = [`{${fresh()}`, `${fresh()}`];
  expect(kept(`${a}\n${b}`)).toEqual([a, b]);
});

test('a configuration gives only lines whose value is long and no plain word', () => {
  const secret = fresh();
  const text = [
    'apiVersion: v1',
    'kind: Config',
    'current-context: production',
    'clusters:',
    '- name: main-one',
    'LOG_LEVEL=info',
    'DB_PASSWORD=',
    `token: ${secret}`,
  ].join('\n');
  expect(kept(text)).toEqual([`token: ${secret}`]);
});

test('a line of base64 that ends in = is no assignment', () => {
  const line = () => {
    for (;;) {
      const text = randomBytes(14).toString('base64');
      if (
        /^[A-Za-z][A-Za-z0-9/]+=$/.test(text) &&
        /[A-Z]/.test(text) &&
        /[a-z]/.test(text) &&
        /\d/.test(text)
      )
        return text;
    }
  };
  const texts = [line(), line(), line()];
  expect(kept(texts.join('\n'))).toEqual(texts);
  expect(kept('accessToken=\nDB_PASSWORD=\nsigningKey2=')).toEqual([]);
});
