import { hex, name, pod, semver, stamp, two, uuid, word } from './generate-identifiers.ts';
import {
  account,
  BASE64,
  BUILDS,
  base62,
  type Draw,
  IDENTIFIER_FIELDS,
  ip,
  number,
  PHRASES,
  PUBLIC_KEYS,
  QUERIES,
} from './generate-platform-texts.ts';
import { Chance } from './generate-random.ts';

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

const sha = (chance: Chance): string => hex(chance, 40);
const chosen = (chance: Chance, draws: readonly Draw[]): string => chance.pick(draws)(chance);

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
    const inner = JSON.stringify({ message: chosen(c, PHRASES), detail: chosen(c, IDENTIFIER_FIELDS) });
    return JSON.stringify({ log: `${inner}\n`, stream: 'stdout', time: stamp(c) });
  },
  function fields(c) {
    return `level=info ts=${stamp(c)} ${chosen(c, IDENTIFIER_FIELDS)} ${chosen(c, IDENTIFIER_FIELDS)} msg=${JSON.stringify(chosen(c, PHRASES))}`;
  },
  function nginx(c) {
    return `${ip(c)} - ${c.pick(['-', word(c)])} [${two(c.between(1, 28))}/${c.pick(MONTHS)}/2024:10:${two(c.below(60))}:${two(c.below(60))} +0000] "${c.pick(['GET', 'PUT', 'POST'])} /${word(c)}/${c.pick(['token', 'password/reset', 'secrets', 'v1/keys', 'oauth2/authorize'])}?${chosen(c, QUERIES)}&${chosen(c, QUERIES)} HTTP/2.0" ${c.between(200, 504)} ${number(c)} "https://${word(c)}.example.com/?${chosen(c, QUERIES)}" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"`;
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
    return `${c.pick(['', 'key: ', 'publicKey=', 'host key ', 'data: '])}${chosen(c, PUBLIC_KEYS)}`;
  },
  function web(c) {
    return chosen(c, BUILDS);
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
