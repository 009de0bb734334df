import { hex, name, pod, semver, stamp, trace, two, uuid, word } from './generate-identifiers.ts';
import { Chance } from './generate-random.ts';

const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const BASE64 = `${BASE62}+/`;
const BASE64URL = `${BASE62}-_`;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

type Draw = (chance: Chance) => string;

const number = (chance: Chance): string => String(chance.below(1e6));
const base62 = (chance: Chance, length: number): string => chance.text(BASE62, length);
const ip = (chance: Chance): string =>
  `${chance.between(11, 223)}.${chance.below(256)}.${chance.below(256)}.${chance.below(256)}`;
const account = (chance: Chance): string => String(100_000_000_000 + chance.below(8e11));
const sha = (chance: Chance): string => hex(chance, 40);
const chosen = (chance: Chance, draws: readonly Draw[]): string => chance.pick(draws)(chance);

/** Prose and fields in which the words of secrets stand without one. */
const PHRASES: readonly Draw[] = [
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

const QUERY: readonly Draw[] = [
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
const PUBLIC: readonly Draw[] = [
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
const WEB: readonly Draw[] = [
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

const identifierField: readonly Draw[] = [
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

const SHAPES: readonly Draw[] = [
  function prose(c) {
    return `${stamp(c)} ${c.pick(['INFO', 'WARN', 'ERROR'])} ${chosen(c, PHRASES)}`;
  },
  function jsonProse(c) {
    return JSON.stringify({
      ts: stamp(c),
      level: 'warn',
      msg: chosen(c, PHRASES),
      span_id: hex(c, 16),
      reqId: uuid(c),
    });
  },
  function jsonInJson(c) {
    const inner = JSON.stringify({ message: chosen(c, PHRASES), detail: chosen(c, identifierField) });
    return JSON.stringify({ log: `${inner}\n`, stream: 'stdout', time: stamp(c) });
  },
  function fields(c) {
    return `level=info ts=${stamp(c)} ${chosen(c, identifierField)} ${chosen(c, identifierField)} msg=${JSON.stringify(chosen(c, PHRASES))}`;
  },
  function nginx(c) {
    return `${ip(c)} - ${c.pick(['-', word(c)])} [${two(c.between(1, 28))}/${c.pick(MONTHS)}/2024:10:${two(c.below(60))}:${two(c.below(60))} +0000] "${c.pick(['GET', 'PUT', 'POST'])} /${word(c)}/${c.pick(['token', 'password/reset', 'secrets', 'v1/keys', 'oauth2/authorize'])}?${chosen(c, QUERY)}&${chosen(c, QUERY)} HTTP/2.0" ${c.between(200, 504)} ${number(c)} "https://${word(c)}.example.com/?${chosen(c, QUERY)}" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"`;
  },
  function kubernetesEvent(c) {
    return JSON.stringify({
      kind: 'Event',
      metadata: { name: `${pod(c)}.${hex(c, 16)}`, uid: uuid(c), resourceVersion: number(c) },
      reason: c.pick(['FailedMount', 'SecretNotFound', 'Pulled', 'TokenRequested']),
      message: c.pick([
        `MountVolume.SetUp failed for volume "${name(c)}-token-${c.text('bcdfghjk2456', 5)}" : secret "${name(c)}" not found`,
        `Error: couldn't find key ${word(c)}-password in Secret ${word(c)}/${name(c)}`,
        `Successfully pulled image "registry.example.com/${word(c)}@sha256:${hex(c, 64)}" in ${c.below(900)}ms`,
        `Back-off pulling image, references imagePullSecrets regcred-${c.text('bcdfghjk2456', 5)}`,
      ]),
      involvedObject: { kind: 'Pod', name: pod(c), fieldPath: `spec.containers{${word(c)}}` },
    });
  },
  function auditLog(c) {
    return JSON.stringify({
      kind: 'Event',
      auditID: uuid(c),
      requestURI: `/api/v1/namespaces/${word(c)}/serviceaccounts/${name(c)}/token`,
      verb: 'create',
      user: {
        username: `system:serviceaccount:${word(c)}:${name(c)}`,
        extra: { 'authentication.kubernetes.io/credential-id': [`JTI=${uuid(c)}`] },
      },
      objectRef: { resource: 'serviceaccounts', subresource: 'token', uid: uuid(c) },
      annotations: {
        'authentication.k8s.io/issued-credential-id': `JTI=${uuid(c)}`,
        'authorization.k8s.io/decision': 'allow',
        'authorization.k8s.io/reason': `RBAC: allowed by RoleBinding "${name(c)}/${word(c)}" of Role "secret-reader" to ServiceAccount "${name(c)}/${word(c)}"`,
      },
    });
  },
  function manifest(c) {
    return c.pick([
      `      secretKeyRef: {name: ${name(c)}, key: api-key}`,
      `        - name: API_TOKEN valueFrom: secretKeyRef: name: ${name(c)} key: token`,
      `checksum/secret: ${hex(c, 64)}`,
      `kubectl.kubernetes.io/restartedAt: "${stamp(c)}" checksum/config: ${hex(c, 64)}`,
      `envFrom: [{secretRef: {name: ${name(c)}-${c.text('bcdfghjk2456', 5)}}}]`,
      `serviceAccountToken: {audience: vault, expirationSeconds: 3600, path: token}`,
      `automountServiceAccountToken: false imagePullSecrets: [{name: regcred}]`,
    ]);
  },
  function javaStack(c) {
    return `\tat com.acme.${word(c)}.TokenAuthenticationFilter$$EnhancerBySpringCGLIB$$${hex(c, 8)}.doFilter(<generated>) ~[classes!/:${semver(c)}] at ${word(c)}.Secret@${hex(c, 8)} at jdk.internal.reflect.GeneratedMethodAccessor${c.below(999)}.invoke(Unknown Source)`;
  },
  function javaObject(c) {
    return `UserDetails [Username=${word(c)}, Password=[PROTECTED], Enabled=true, CredentialsNonExpired=true, authorities=[ROLE_${word(c).toUpperCase()}]] session=${word(c)}@${hex(c, 8)} token=null`;
  },
  function git(c) {
    return c.pick([
      `${sha(c)} ${hex(c, 7)} Rotate the ${word(c)} token and the password policy`,
      `${hex(c, 9)}..${hex(c, 9)}  ${name(c)} -> origin/${name(c)}`,
      `[main ${hex(c, 7)}] Remove secret from config; 2 files changed, ${c.below(90)} insertions(+)`,
      `HEAD is now at ${hex(c, 8)} Merge pull request #${number(c)} from ${word(c)}/fix-password-reset`,
      `tree ${sha(c)} parent ${sha(c)} author ${word(c)} <${word(c)}@example.com> 17${c.below(1e8)} +0000`,
    ]);
  },
  function publicMaterial(c) {
    return `${c.pick(['', 'key: ', 'publicKey=', 'host key ', 'data: '])}${chosen(c, PUBLIC)}`;
  },
  function web(c) {
    return chosen(c, WEB);
  },
  function cloudTrail(c) {
    return JSON.stringify({
      eventName: c.pick(['GetSecretValue', 'AssumeRole', 'GetSessionToken', 'ChangePassword']),
      userIdentity: {
        type: 'AssumedRole',
        // No W: 17 letters that end in PWD ahead of a colon read as a password's name, once in a million lines.
        principalId: `AROA${c.text('ABCDEFGHIJKLMNOPQRSTUVXYZ234567', 17)}:${name(c)}`,
        arn: `arn:aws:sts::${account(c)}:assumed-role/${name(c)}/${word(c)}`,
        accountId: account(c),
      },
      requestParameters: {
        secretId: `arn:aws:secretsmanager:eu-west-1:${account(c)}:secret:${name(c)}-${base62(c, 6)}`,
        clientRequestToken: uuid(c),
      },
      responseElements: null,
      requestID: uuid(c),
      eventID: uuid(c),
      tlsDetails: {
        cipherSuite: 'ECDHE-RSA-AES128-GCM-SHA256',
        clientProvidedHostHeader: 'sts.amazonaws.com',
      },
    });
  },
  function goStruct(c) {
    return `I0501 10:00:${two(c.below(60))}.${c.between(100000, 999999)} 1 client.go:${c.below(900)}] &Config{Host:"https://${ip(c)}:6443", Username:"", Password:"", BearerToken:"", TLSClientConfig:{CAFile:"/var/run/secrets/kubernetes.io/serviceaccount/ca.crt"}, UID:"${uuid(c)}", ptr:0xc000${hex(c, 6)}}`;
  },
  function curlTrace(c) {
    return c.pick([
      `> GET /v2/${word(c)}/manifests/sha256:${hex(c, 64)} HTTP/1.1`,
      `< Strict-Transport-Security: max-age=31536000; includeSubDomains`,
      `< Docker-Content-Digest: sha256:${hex(c, 64)}`,
      `< Www-Authenticate: Bearer realm="https://auth.example.com/token",service="registry.example.com",scope="repository:${word(c)}/${word(c)}:pull"`,
      `< Access-Control-Expose-Headers: X-Auth-Token, Authorization, Set-Cookie`,
      `* TLSv1.3 (IN), TLS handshake, Newsession Ticket (4):`,
      `*  subject: CN=${word(c)}.example.com; SSL certificate verify ok.`,
      `< set-cookie: ${word(c)}=; Max-Age=0; Path=/; HttpOnly`,
      `> Sec-WebSocket-Key: ${c.text(BASE64, 22)}==`,
      `< Sec-WebSocket-Accept: ${c.text(BASE64, 27)}=`,
      `> Authorization: [REDACTED]`,
      `< ETag: "${hex(c, 32)}-${c.below(99)}"`,
    ]);
  },
  function sql(c) {
    return `${stamp(c)} UTC [${number(c)}] LOG:  statement: ${c.pick([
      `UPDATE users SET password_hash = $1, token = $2 WHERE id = '${uuid(c)}'`,
      `SELECT token, api_key FROM credentials WHERE key = 'users:${number(c)}'`,
      `CREATE INDEX CONCURRENTLY idx_tokens_secret ON tokens (secret_id)`,
      `COPY sessions (id, token, created_at) FROM stdin`,
      `ALTER ROLE ${word(c)} PASSWORD NULL`,
    ])}`;
  },
  function shell(c) {
    return `+ ${c.pick([
      `export VAULT_TOKEN=$(cat /run/secrets/token)`,
      `export DB_PASSWORD="$DB_PASSWORD" API_KEY="\${API_KEY:?}"`,
      `docker login -u ci --password-stdin ghcr.io`,
      `curl -fsSL -u "$USER:$PASS" https://example.com/${word(c)}`,
      `mysql --defaults-extra-file=/run/my.cnf -h ${ip(c)} -P 3306 -u ${word(c)} ${word(c)}`,
      `helm upgrade ${word(c)} --set image.tag=${hex(c, 40)} --set existingSecret=${name(c)}`,
      `git rev-parse HEAD ${sha(c)}`,
      `openssl rand -hex 32 > /run/secrets/key`,
      `kubectl create secret generic ${name(c)} --from-file=token=/run/token --dry-run=client`,
      `sha256sum -c ${hex(c, 64)}  ${word(c)}.tar.gz`,
      `ssh -i ~/.ssh/id_ed25519 -p 2222 ${word(c)}@${ip(c)}`,
    ])}`;
  },
  function metrics(c) {
    return `${word(c)}_token_refresh_total{key="${word(c)}",secret="${word(c)}/${name(c)}",uid="${uuid(c)}",image="${word(c)}@sha256:${hex(c, 64)}"} ${number(c)} # {trace_id="${hex(c, 32)}"} 0.${number(c)}`;
  },
  function nested(c) {
    return `${stamp(c)} {"errors":[{"field":"password","code":"too_short","message":"Password is too short"},{"field":"token","code":"invalid"}],"trace_id":"${hex(c, 32)}","keys":["${word(c)}","${uuid(c)}"],"api_key":null,"secret":"","passwordHint":"","token":{"type":"Bearer","expiresIn":3600}}`;
  },
];

/** One line as platforms and build tools write them, without a credential; the same seed and number give the same line. */
export function platformLine(seed: number, number: number): string {
  const chance = new Chance(Math.imul(seed, 0x85eb_ca6b) + number);
  return SHAPES[number % SHAPES.length]!(chance);
}
