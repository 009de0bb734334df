import { randomBytes, randomInt } from 'node:crypto';
import { GITHUB_CRC32 } from '../../engine/checks/github-crc32.ts';

const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** What the sample Secret holds: file name to value. Made up at every start, worth nothing anywhere. */
export function mintSecret(): Record<string, string> {
  const password = mintPassword();
  return {
    password,
    'postgres-url': `postgres://shop:${encodeURIComponent(password)}@db.shop.svc:5432/orders?sslmode=require`,
    'api-token': draw(BASE62, 40),
    'signing-key.pem': mintPem(),
  };
}

/** Credentials that no Secret holds: detectors have to know them by their looks. */
export function mintCredentials(): Record<string, string> {
  const body = draw(BASE62, 30);
  return {
    github: `ghp_${body}${Buffer.from(GITHUB_CRC32.suffix!(Buffer.from(body))).toString()}`,
    awsId: `AKIA${draw(BASE32, 16)}`,
    stripe: `sk_live_${draw(BASE62, 24)}`,
    jwt: [
      { alg: 'HS256', typ: 'JWT' },
      { sub: 'shop-api', iat: 1_700_000_000 },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .concat(randomBytes(32).toString('base64url'))
      .join('.'),
  };
}

/** Holds what every spelling writes in another way: quote, backslash, slash, plus, equals, angle, ampersand. */
function mintPassword(): string {
  return `${draw(BASE62, 8)}"${draw(BASE62, 4)}\\${draw(BASE62, 4)}/<&+=${draw(BASE62, 5)}`;
}

/** PEM in looks only: random bytes, no key. */
function mintPem(): string {
  const lines = randomBytes(240)
    .toString('base64')
    .match(/.{1,64}/g)!;
  return `-----BEGIN PRIVATE KEY-----\n${lines.join('\n')}\n-----END PRIVATE KEY-----\n`;
}

function draw(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
