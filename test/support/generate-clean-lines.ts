import {
  address,
  clock,
  cloudId,
  day,
  digest,
  email,
  etag,
  hex,
  host,
  identifier,
  image,
  mask,
  name,
  path,
  pod,
  semver,
  serial,
  stamp,
  trace,
  two,
  ulid,
  uuid,
  word,
} from './generate-identifiers.ts';
import { Chance } from './generate-random.ts';

const LEVELS = ['debug', 'info', 'info', 'warn', 'error'];
/** Names of fields that hold an identifier; several hold a word that announces a secret elsewhere. */
const ID_FIELDS =
  'traceId,span_id,request_id,commit,etag,image,imageID,digest,checksum,uid,resourceVersion,node,host,peer,pod,user,email,version,path,cacheKey,cache_key,key,partition_key,primaryKey,routing_key,api_key_id,accessKeyId,key_id,kid,secretName,secret_name,secretRef,tokenId,token_id,session_name,auditID,correlation-id,x-request-id,fingerprint,serial,author,authority,keyboard,bucket,object,tenant_id,client_id,subscription_id,account,arn,instance,public_key_fingerprint,tokenizer,next_token_index'.split(
    ',',
  );
/** Names of fields that hold a number or a plain word though they sound like secrets. */
const WORD_FIELDS: readonly (readonly [string, readonly string[]])[] = [
  ['token_count', ['0', '123', '4096']],
  ['max_tokens', ['256', '8192']],
  ['tokens', ['17', '128000']],
  ['token_type', ['Bearer', 'mac']],
  ['tokenizer', ['bert-base-uncased', 'cl100k_base']],
  ['token', ['expired', 'missing', 'invalid', 'refreshed']],
  ['tokenExpiry', ['3600', '1h0m0s']],
  ['passwordPolicy', ['strong', 'nist-800-63']],
  ['password_changed', ['true', 'false']],
  ['passwordless', ['true']],
  ['password_age_days', ['12', '90']],
  ['pwd', ['/srv/app/src', '/srv/deploy']],
  ['secret', ['default/db-credentials', 'kube-system/app-tls-2024', 'my-app-tls']],
  ['secretName', ['db', 'app-tls', 'registry-pull']],
  ['secretKeyRef', ['db', 'app']],
  ['auth', ['basic', 'none', 'oauth2', 'ldap']],
  ['authMode', ['Node,RBAC', 'SCRAM-SHA-256']],
  ['authorization', ['enabled', 'rbac', 'allow']],
  ['credentials', ['same-origin', 'include', 'missing']],
  ['cookie', ['true', 'secure', '-']],
  ['keyspace', ['shop_prod', 'events']],
  ['sort_key', ['created_at', 'price_asc']],
  ['signature', ['valid', 'missing', 'RS256']],
  ['basic', ['true', 'auth']],
  ['private_key_path', ['/etc/ssl/private/app.pem']],
  ['passphrase_required', ['false']],
];
const SENTENCES = [
  'Failed password for root from 10.0.0.1 port 22 ssh2',
  'Failed password for invalid user admin from 10.2.3.4 port 51022 ssh2',
  'password changed for user bob',
  'password authentication failed for user "app"',
  'invalid password: denied',
  'password is required',
  'the password must contain at least 8 characters',
  'your password will expire in 12 days',
  'reset password link sent',
  'token is expired by 3m12s',
  'token validated for subject',
  'invalid token, please log in again',
  'unable to read client token from request',
  'secret "registry-pull" not found',
  'MountVolume.SetUp succeeded for volume "app-secret-2024"',
  'references non-existent secret key: tls.crt',
  'basic authentication is disabled',
  'missing Authorization header, expected Bearer token',
  'bearer token rejected: signature is invalid',
  'api key not configured, using default credentials provider chain',
  'rotated encryption key in 12ms',
  'public key accepted for deploy',
  'Accepted publickey for deploy from 10.0.0.9 port 4022 ssh2: RSA SHA256:',
  'login failed for user sa, reason: password did not match',
  'cookie policy accepted',
  'no credentials found in ~/.docker/config.json',
  'docker login -u ci --password-stdin registry.example.com',
  'usage: tool --password <password> [--token-ttl 60s]',
  'connected to postgres://app@db:5432/shop?sslmode=require',
  'GET https://app.example.com:8443/users/me@example.com 200',
  'jdbc:postgresql://db.prod.svc:5432/shop?user=app&ssl=true',
  'amqp://rabbitmq.svc:5672/%2F connection closed',
];
const PATHS = [
  '/api/v1/orders',
  '/healthz',
  '/oauth/authorize',
  '/token/refresh',
  '/login',
  '/users/password/edit',
  '/v2/keys/index',
  '/static/js/app.min.js',
];
const QUERIES = [
  'page=2&limit=50',
  'q=blue%20shoes&sort=price',
  'utm_source=mail',
  'key=title&order=asc',
  'code=404',
  'token_type=bearer',
  'state=open',
];
const CLASSES = [
  'o.s.security.web.AuthorizationFilter',
  'com.acme.token.TokenService',
  'c.z.h.pool.HikariPool',
  'org.acme.Password4jEncoder',
  'o.a.k.c.security.Credentials',
];
const REASONS = ['Pulled', 'Created', 'FailedMount', 'Scheduled', 'BackOff', 'SuccessfulRotate'];

type Draw = (chance: Chance) => string;

const field = (chance: Chance): readonly [string, string] => {
  if (chance.oneIn(3)) {
    const [key, values] = chance.pick(WORD_FIELDS);
    return [key, chance.pick(values)];
  }
  if (chance.oneIn(6))
    return [
      chance.pick(['password', 'db_password', 'clientSecret', 'token', 'api_key', 'passwd']),
      mask(chance),
    ];
  return [chance.pick(ID_FIELDS), identifier(chance)];
};
const fields = (chance: Chance): (readonly [string, string])[] =>
  Array.from({ length: chance.between(2, 6) }, () => field(chance));
const sentence: Draw = (chance) => chance.pick(SENTENCES);
const quoted = (value: string): string => JSON.stringify(value);
const object = (chance: Chance): Record<string, unknown> => Object.fromEntries(fields(chance));

const SHAPES: readonly Draw[] = [
  function json(chance) {
    return JSON.stringify({
      ts: stamp(chance),
      level: chance.pick(LEVELS),
      trace_id: hex(chance, 32),
      span_id: hex(chance, 16),
      msg: sentence(chance),
      ...object(chance),
    });
  },
  function jsonInJson(chance) {
    return JSON.stringify({
      log: `${JSON.stringify({ msg: sentence(chance), ...object(chance) })}\n`,
      stream: 'stderr',
      time: stamp(chance),
    });
  },
  function logfmt(chance) {
    const rest = fields(chance).map(
      ([key, value]) => `${key}=${/[\s"=]/.test(value) ? quoted(value) : value}`,
    );
    return `time=${stamp(chance)} level=${chance.pick(LEVELS)} caller=auth.go:${chance.below(900)} ${rest.join(' ')} msg=${quoted(sentence(chance))}`;
  },
  function access(chance) {
    return `${address(chance)} - ${word(chance)} [${two(chance.between(1, 28))}/May/2024:${clock(chance)} +0000] "GET ${chance.pick(PATHS)}?${chance.pick(QUERIES)}&id=${uuid(chance)} HTTP/1.1" 200 ${chance.below(90000)} "https://${host(chance)}${chance.pick(PATHS)}" "curl/8.5.0" ${etag(chance)} rt=0.${chance.below(999)} request_id=${hex(chance, 32)}`;
  },
  function klog(chance) {
    return `I05${two(chance.between(1, 28))} ${clock(chance)}.${chance.between(100000, 999999)} ${chance.below(99)} reconciler.go:224] "${sentence(chance).replaceAll('"', '\\"')}" pod="${word(chance)}/${pod(chance)}" podUID="${uuid(chance)}" volumes=["config","kube-api-access-${chance.text('bcdfghjk2456', 5)}"] secret="${word(chance)}/${name(chance)}" image="${image(chance)}"`;
  },
  function java(chance) {
    return `${day(chance)} ${clock(chance)},${chance.between(100, 999)} INFO  [http-nio-8080-exec-${chance.below(99)}] ${chance.pick(CLASSES)} - ${sentence(chance)} [id=${uuid(chance)}, version=${semver(chance)}] User(id=${chance.below(9999)}, email=${email(chance)}, password=${mask(chance)})`;
  },
  function stack(chance) {
    return `\tat ${chance.pick(CLASSES)}.authenticate(${word(chance)}Token.java:${chance.below(900)}) ~[app-${semver(chance)}.jar!/:${semver(chance)}]`;
  },
  function event(chance) {
    return `${chance.below(59)}m Normal ${chance.pick(REASONS)} pod/${pod(chance)} ${sentence(chance)}; Successfully pulled image "${image(chance)}" in ${chance.below(900)}ms, references secret "${name(chance)}"`;
  },
  function audit(chance) {
    return JSON.stringify({
      kind: 'Event',
      apiVersion: 'audit.k8s.io/v1',
      level: 'Metadata',
      auditID: uuid(chance),
      stage: 'ResponseComplete',
      requestURI: `/api/v1/namespaces/${word(chance)}/secrets/${name(chance)}?timeout=10s&resourceVersion=${chance.below(1e8)}`,
      verb: 'get',
      user: {
        username: `system:serviceaccount:${word(chance)}:${name(chance)}`,
        uid: uuid(chance),
        extra: {
          'authentication.kubernetes.io/pod-name': [pod(chance)],
          'authentication.kubernetes.io/credential-id': [`JTI=${uuid(chance)}`],
        },
      },
      sourceIPs: [address(chance)],
      objectRef: { resource: 'secrets', name: name(chance), apiVersion: 'v1' },
      responseStatus: { code: 200 },
      annotations: {
        'authorization.k8s.io/decision': 'allow',
        'authorization.k8s.io/reason': `RBAC: allowed by ClusterRoleBinding "${name(chance)}"`,
      },
    });
  },
  function manifest(chance) {
    return JSON.stringify({
      name: 'DB_PASSWORD',
      valueFrom: { secretKeyRef: { name: name(chance), key: 'password' } },
      image: image(chance),
      imagePullSecrets: [{ name: name(chance) }],
      checksum: digest(chance),
    });
  },
  function yaml(chance) {
    const [key, value] = field(chance);
    return `${' '.repeat(chance.pick([0, 2, 4, 6]))}${chance.pick(['', '- '])}${key}: ${value}`;
  },
  function properties(chance) {
    return fields(chance).map(
      ([key, value]) => `app.${chance.pick(['cache', 'db', 'http'])}.${key}=${value}`,
    )[0]!;
  },
  function goMap(chance) {
    return `${clock(chance)} request headers=map[Accept:[*/*] User-Agent:[Go-http-client/1.1] X-Request-Id:[${uuid(chance)}] Etag:[${etag(chance)}] Traceparent:[${trace(chance)}] Authorization:[[REDACTED]] Cookie:[<hidden>]]`;
  },
  function curl(chance) {
    return chance.pick([
      `< WWW-Authenticate: Bearer realm="https://${host(chance)}/token",service="registry",scope="repository:${name(chance)}:pull"`,
      `< etag: ${etag(chance)}`,
      `> X-Request-Id: ${uuid(chance)}`,
      `< docker-content-digest: sha256:${hex(chance, 64)}`,
      `< access-control-allow-headers: authorization, x-api-key, content-type, x-csrf-token`,
      `< Set-Cookie: sid=deleted; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT`,
      `> Authorization: Bearer [REDACTED]`,
      `< x-amz-request-id: ${ulid(chance).slice(0, 16)}`,
      `< x-amz-id-2: ${hex(chance, 48)}`,
      `< cf-ray: ${hex(chance, 16)}-FRA`,
      `* SSL certificate verify ok. serial ${serial(chance)}`,
    ]);
  },
  function git(chance) {
    return chance.pick([
      `commit ${hex(chance, 40)} (HEAD -> main, tag: ${semver(chance)})`,
      `Author: ${word(chance)} <${email(chance)}>`,
      `From https://git.example.com/${word(chance)}/${name(chance)} * [new branch] ${name(chance)}-${hex(chance, 7)} -> origin/${name(chance)}`,
      `index ${hex(chance, 7)}..${hex(chance, 7)} 100644`,
    ]);
  },
  function build(chance) {
    return chance.pick([
      `#12 sha256:${hex(chance, 64)} 12.4MB / 30.1MB 0.8s done`,
      `"integrity": "${digest(chance)}", "resolved": "https://registry.npmjs.org/@${word(chance)}/${name(chance)}/-/${word(chance)}-${semver(chance).slice(1)}.tgz"`,
      `Downloading ${name(chance)}-${semver(chance)}-py3-none-any.whl.metadata (4.1 kB) ${path(chance)}`,
      `go: downloading github.com/${word(chance)}/${name(chance)} ${semver(chance)} h1:${chance.text('ABCDEFGHabcdefgh0123456789+/', 43)}=`,
      `Successfully tagged ${image(chance)}`,
    ]);
  },
  function sshd(chance) {
    return `May ${chance.between(1, 28)} ${clock(chance)} ${word(chance)} sshd[${chance.below(9999)}]: ${sentence(chance)}${chance.text('ABCDEFGHabcdefgh0123456789+/', 43)} user=${word(chance)} rhost=${address(chance)}`.replace(
      /(ssh2|(?<!SHA256:))[A-Za-h0-9+/]{43} /,
      '$1 ',
    );
  },
  function sql(chance) {
    return `${stamp(chance)} LOG: duration: 0.${chance.below(999)} ms execute S_${chance.below(9)}: SELECT id, password_hash, token FROM users WHERE email = $1 AND token = $2 AND tenant_id = '${uuid(chance)}'`;
  },
  function python(chance) {
    return `${day(chance)} ${clock(chance)} INFO django.request {'id': '${uuid(chance)}', 'user': '${email(chance)}', 'password': '${chance.pick(['***', '********', '[Filtered]'])}', 'path': '${chance.pick(PATHS)}', 'csrf': None, 'errors': {'password': ['This field is required.']}, 'arn': '${cloudId(chance)}'}`;
  },
  function metrics(chance) {
    return `http_requests_total{path="${chance.pick(PATHS)}",instance="${address(chance)}:9090",version="${semver(chance)}",token_type="bearer"} ${chance.below(1e6)} ${1.7e12 + chance.below(1e9)}`;
  },
  function xml(chance) {
    return `<event id="${uuid(chance)}" version="${semver(chance)}"><user>${email(chance)}</user><password>${chance.pick(['', '***', '********'])}</password><token>expired</token><digest>${digest(chance)}</digest></event>`;
  },
  function publicKey(chance) {
    return chance.pick([
      `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${chance.text('ABCDEFGHIJKLMNOPabcdefghijklmnop0123456789', 43)} ${email(chance)}`,
      `certificate-authority-data: LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0t${chance.text('ABCDEFGHIJKLMNOPabcdefghijklmnop0123456789', 400)}`,
      `"publicKey":"MCowBQYDK2VwAyEA${chance.text('ABCDEFGHIJKLMNOPabcdefghijklmnop0123456789', 43)}="`,
      `public key fingerprint SHA256:${chance.text('ABCDEFGHIJKLMNOPabcdefghijklmnop0123456789', 43)}`,
    ]);
  },
  function prose(chance) {
    return `${stamp(chance)} ${chance.pick(LEVELS).toUpperCase()} ${sentence(chance)} ${identifier(chance)}`;
  },
];

/** One log line full of identifiers, without a credential; the same seed and number give the same line. */
export function cleanLine(seed: number, number: number): string {
  const chance = new Chance(Math.imul(seed, 0x9e3779b1) + number);
  return SHAPES[number % SHAPES.length]!(chance);
}
