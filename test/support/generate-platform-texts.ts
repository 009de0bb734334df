import { hex, name, semver, stamp, trace, two, uuid, word } from './generate-identifiers.ts';
import type { Chance } from './generate-random.ts';

export const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
export const BASE64 = `${BASE62}+/`;
const BASE64URL = `${BASE62}-_`;

export type Draw = (chance: Chance) => string;

export const number = (chance: Chance): string => String(chance.below(1e6));
export const base62 = (chance: Chance, length: number): string => chance.text(BASE62, length);
export const ip = (chance: Chance): string =>
  `${chance.between(11, 223)}.${chance.below(256)}.${chance.below(256)}.${chance.below(256)}`;
export const account = (chance: Chance): string => String(100_000_000_000 + chance.below(8e11));

/** Prose and fields in which the words of secrets stand without one. */
export const PHRASES: readonly Draw[] = [
  (c) => `Failed password for root from ${ip(c)} port ${c.between(1024, 65535)} ssh2`,
  (c) => `Accepted publickey for ${word(c)} from ${ip(c)} port 22 ssh2: ED25519 SHA256:${c.text(BASE64, 43)}`,
  (c) =>
    `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${ip(c)}  user=root`,
  () => 'password: incorrect',
  () => 'password: ',
  () => 'password=',
  () => 'Password: (not shown)',
  () => 'sudo: a password is required',
  () => 'sudo: 3 incorrect password attempts ; TTY=pts/0 ; USER=root ; COMMAND=/usr/bin/apt',
  (c) => `user ${word(c)} password reset requested by ${word(c)} at ${stamp(c)}`,
  (c) => `passwordResetRequired=true passwordLastChanged=${stamp(c)} passwordExpires=never`,
  (c) => `token expired at ${stamp(c)}, request ${uuid(c)} refused`,
  (c) => `token has expired: exp=${1.7e9 + c.below(1e8)} now=${1.7e9 + c.below(1e8)}`,
  () => 'token_type=bearer expires_in=3600 scope=read:user',
  (c) =>
    `model=gpt-4o max_tokens=${c.pick(['4096', '128000'])} prompt_tokens=${number(c)} completion_tokens=${number(c)} total_tokens=${number(c)}`,
  () => 'secret not found',
  (c) => `secret "${name(c)}-${c.text('bcdfghjk2456', 5)}" not found in namespace ${word(c)}`,
  (c) => `secretName: ${name(c)}-tls`,
  (c) => `existingSecret: ${name(c)} existingSecretPasswordKey: ${word(c)}-password`,
  () => 'key: value',
  (c) => `author=${word(c)} monkey=${word(c)} keyboard=${word(c)} turkey=${word(c)}`,
  (c) =>
    `primary key=${number(c)} foreign_key=${word(c)}_id sort_key=${word(c)}#${uuid(c)} cache key ${hex(c, 32)}`,
  (c) => `Using cache key=${word(c)}:${uuid(c)}:${hex(c, 8)}`,
  (c) => `restored cache with key: node-modules-linux-${hex(c, 64)}`,
  (c) => `Cache not found for input keys: npm-${hex(c, 64)}, npm-`,
  (c) =>
    `API key ${c.pick(['missing', 'not valid', 'is required', 'was revoked'])} for project ${word(c)}-${number(c)}`,
  (c) => `api_key_id=${base62(c, 20)} keyId=${hex(c, 32)} kid=${c.text(BASE64URL, 27)}`,
  (c) => `next_page_token=${c.pick(['', 'none'])} pageToken= nextToken=null`,
  (c) =>
    `SyntaxError: Unexpected token ${c.pick(['<', '}', 'u', 'export'])} in JSON at position ${number(c)}`,
  () => 'csrf token missing or incorrect',
  (c) => `CSRF verification failed for ${word(c)}; origin=https://${word(c)}.example.com`,
  (c) => `lease_id=auth/token/create/${word(c)} accessor is hidden`,
  () => 'no such private key file: /etc/ssl/private/server.key',
  (c) => `Loaded private key from /etc/ssl/private/${word(c)}.key (RSA 4096)`,
  () => 'error: credential.helper store --file is not set; credentials are not cached',
  (c) => `credentials=${c.pick(['omit', 'include', 'same-origin'])} mode=cors cache=no-cache`,
  (c) => `Authenticated as ${word(c)}@example.com using method password, mfa=none`,
  (c) => `auth: ${c.pick(['scram-sha-256', 'trust', 'peer', 'md5'])} host ${ip(c)}/32`,
  (c) => `authorization: granted by policy ${name(c)} in ${number(c)} us`,
  (c) =>
    `Authorization header ${c.pick(['missing', 'is malformed', 'present'])} on ${c.pick(['GET', 'POST'])} /v1/${word(c)}`,
  (c) => `cookies: ${number(c)} bytes, cookie consent=${c.pick(['granted', 'denied'])}`,
  (c) => `pass=${number(c)} fail=0 skip=${c.below(9)} passRate=99.${c.below(99)}%`,
  (c) => `PASS: TestTokenRefresh/${word(c)} (0.${two(c.below(99))}s)`,
  (c) =>
    `--- FAIL: TestPasswordHash (0.${two(c.below(99))}s) auth_test.go:${c.below(400)}: want nil, got error`,
  (c) => `bypass=${word(c)} compass=${word(c)} passenger=${word(c)} passthrough=true`,
  (c) =>
    `secretsmanager: version AWSCURRENT of arn:aws:secretsmanager:eu-west-1:${account(c)}:secret:${name(c)}-${base62(c, 6)} unchanged`,
  (c) => `vault path secret/data/${word(c)}/${word(c)} version=${c.below(30)} lease_duration=2764800`,
  (c) => `op://${word(c)}/${word(c)}/password resolved`,
];

export const QUERIES: readonly Draw[] = [
  (c) => `utm_source=${word(c)}&utm_campaign=${name(c)}-2024&gclid=${word(c)}`,
  (c) => `id=${uuid(c)}&page=${c.below(99)}&per_page=100&sort=created_at`,
  (c) => `filter%5Bstatus%5D=open&filter%5Bowner%5D=${word(c)}&include=items%2Cowner`,
  (c) => `v=${hex(c, 20)}&h=${hex(c, 32)}&w=640&q=80&fm=webp`,
  (c) => `t=${1.7e12 + c.below(1e9)}&rid=${hex(c, 16)}&cb=${c.below(1e9)}`,
  (c) => `key=${word(c)}&order=desc&code=${c.between(200, 504)}&state=open`,
  (c) =>
    `client_id=${uuid(c)}&response_type=code&redirect_uri=https%3A%2F%2F${word(c)}.example.com%2Fcb&scope=openid%20profile&nonce=`,
  (c) => `partNumber=${c.below(99)}&uploadId=${c.text(BASE64URL, 90)}`,
  (c) =>
    `labelSelector=app%3D${name(c)}&resourceVersion=${number(c)}&timeoutSeconds=${c.below(600)}&watch=true`,
];

/** PEM of a certificate and other public material. */
export const PUBLIC_KEYS: readonly Draw[] = [
  (c) =>
    `-----BEGIN CERTIFICATE-----\\nMII${c.text(BASE64, 61)}\\n${c.text(BASE64, 64)}\\n-----END CERTIFICATE-----\\n`,
  (c) =>
    `-----BEGIN PUBLIC KEY-----\\nMIIBIjANBgkqhkiG9w0BAQ${c.text(BASE64, 42)}\\n-----END PUBLIC KEY-----`,
  (c) => `MII${c.text(BASE64, 61)}`,
  (c) => `ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ${c.text(BASE64, 330)} ${word(c)}@${word(c)}`,
  (c) => `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${c.text(BASE64, 43)} ${word(c)}`,
  (c) => `256 SHA256:${c.text(BASE64, 43)} ${word(c)}@${word(c)} (ED25519)`,
  (c) => `2048 MD5:${Array.from({ length: 16 }, () => hex(c, 2)).join(':')} (RSA)`,
  (c) => `pin-sha256="${c.text(BASE64, 43)}="; max-age=5184000`,
  (c) =>
    `{"kty":"RSA","use":"sig","kid":"${c.text(BASE64URL, 27)}","n":"${c.text(BASE64URL, 342)}","e":"AQAB","alg":"RS256"}`,
  (c) => `certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t${c.text(BASE64, 300)}`,
  (c) =>
    `subject=CN = ${word(c)}.example.com issuer=C = US, O = Let's Encrypt, CN = R3 serial=${hex(c, 36).toUpperCase()} sha1 Fingerprint=${Array.from({ length: 20 }, () => hex(c, 2).toUpperCase()).join(':')}`,
];

/** Things of browsers and builds. */
export const BUILDS: readonly Draw[] = [
  (c) =>
    `<link rel="stylesheet" href="/static/css/main.${hex(c, 8)}.chunk.css" integrity="sha384-${c.text(BASE64, 64)}" crossorigin="anonymous">`,
  (c) =>
    `asset chunk-${c.text(`${BASE62.slice(26)}`, 8).toUpperCase()}.js 142 KiB [emitted] [immutable] [hash:${hex(c, 20)}]`,
  (c) => `background:url(data:image/png;base64,iVBORw0KGgo${c.text(BASE64, 400)}==)`,
  (c) => `"avatar":"data:image/jpeg;base64,/9j/${c.text(BASE64, 300)}","size":${number(c)}`,
  (c) => `script-src 'self' 'nonce-' 'sha256-${c.text(BASE64, 43)}='; object-src 'none'`,
  (c) => `sourceMappingURL=index-${base62(c, 8)}.js.map`,
  (c) =>
    `"integrity": "sha512-${c.text(BASE64, 86)}==", "resolved": "https://registry.npmjs.org/${word(c)}/-/${word(c)}-${semver(c).slice(1)}.tgz"`,
  (c) => `${word(c)}==${semver(c).slice(1)} --hash=sha256:${hex(c, 64)}`,
  (c) => `github.com/${word(c)}/${name(c)} ${semver(c)} h1:${c.text(BASE64, 43)}=`,
  (c) => `checksum = "${hex(c, 64)}"`,
  (c) => `Digest: sha256:${hex(c, 64)} Status: Downloaded newer image for ${word(c)}/${name(c)}:${semver(c)}`,
  (c) => `${hex(c, 12)}: Pull complete ${hex(c, 12)}: Already exists`,
  (c) => `FROM ${word(c)}@sha256:${hex(c, 64)} AS build # layer ${hex(c, 64)}`,
];

/** Fields that hold identifiers, as tracing and clouds name them. */
export const IDENTIFIER_FIELDS: readonly Draw[] = [
  (c) => `traceparent=${trace(c)} tracestate=${c.pick(['rojo', 'congo', 'dd'])}=${hex(c, 16)}`,
  (c) => `b3=${hex(c, 32)}-${hex(c, 16)}-1-${hex(c, 16)}`,
  (c) => `x-amzn-trace-id=Root=1-${hex(c, 8)}-${hex(c, 24)};Parent=${hex(c, 16)};Sampled=1`,
  (c) => `trace=projects/${name(c)}/traces/${hex(c, 32)} spanId=${hex(c, 16)}`,
  (c) => `etag=W/"${hex(c, 8)}-${c.text(BASE64, 27)}" x-amz-version-id=${c.text(BASE64URL, 32)}`,
  (c) =>
    `x-amz-request-id=${c.text(BASE62.slice(0, 26), 6)}${c.text('0123456789ABCDEF', 10)} x-amz-id-2=${c.text(BASE64, 75)}=`,
  (c) => `cf-ray=${hex(c, 16)}-FRA x-request-id=${hex(c, 32)} x-b3-traceid=${hex(c, 32)}`,
  (c) =>
    `arn=arn:aws:sts::${account(c)}:assumed-role/${name(c)}/i-0${hex(c, 16)} kmsKeyId=arn:aws:kms:eu-west-1:${account(c)}:key/${uuid(c)}`,
  (c) =>
    `uid=${uuid(c)} resourceVersion=${number(c)} generation=${c.below(9)} podTemplateHash=${c.text('bcdfghjk2456', 10)}`,
  (c) =>
    `containerID=containerd://${hex(c, 64)} imageID=docker.io/${word(c)}/${word(c)}@sha256:${hex(c, 64)}`,
  (c) => `objectId=${hex(c, 24)} _id=ObjectId('${hex(c, 24)}') shard=${word(c)}-${c.below(9)}`,
  (c) => `messageId=<${c.text(BASE64URL, 40)}@mail.example.com> queueId=${hex(c, 10).toUpperCase()}`,
  (c) =>
    `snowflake=${1.1e18 + c.below(1e9)} ulid=01H${c.text('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 23)} ksuid=${base62(c, 27)} nanoid=${c.text(BASE64URL, 21)}`,
  (c) =>
    `tenantId=${uuid(c)} subscription_id=${uuid(c)} client_id=${uuid(c)} appId=${uuid(c)} principalId=${uuid(c)}`,
  (c) =>
    `sid=S-1-5-21-${c.below(2 ** 31)}-${c.below(2 ** 31)}-${c.below(2 ** 31)}-1001 guid={${uuid(c).toUpperCase()}}`,
  (c) =>
    `mac=${Array.from({ length: 6 }, () => hex(c, 2)).join(':')} iface=veth${hex(c, 7)} cni=cali${hex(c, 11)}`,
  (c) => `txHash=0x${hex(c, 64)} block=0x${hex(c, 6)} to=0x${hex(c, 40)}`,
];
