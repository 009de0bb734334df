/**
 * Words that logs are full of: seeking one everywhere would blank the log and give the value away (jenkins
 * credentials-binding 284, actions/runner 507). Weak passwords that no log prints by chance (`Passw0rd1`)
 * are not here: they are sought. Lower case; case makes no difference.
 */
const WORDS = `
  admin administrator root user users username guest anonymous nobody owner operator service system daemon
  password passwd passphrase secret secrets changeme change-me changeit changeme! replaceme replace-me letmein
  token key apikey api-key credential credentials login auth basic bearer none null nil undefined void empty
  unknown true false yes enabled disabled enable disable default defaults auto manual optional required
  test tests testing tester example examples sample samples demo dummy fake mock placeholder todo tbd
  foo bar baz foobar hello world string number value values data info debug warn warning error fatal trace
  local localhost localhost.localdomain 127.0.0.1 0.0.0.0 ::1 host hostname server client proxy gateway
  http https tcp udp tls ssl ssh ftp smtp ldap grpc html json yaml text plain xml utf-8 utf8
  http:// https:// application application/json text/plain
  dev develop development prod production stage staging preprod sandbox release main master slave primary
  secondary replica standby leader follower worker cluster node nodes pod pods namespace kube-system
  kubernetes docker container containerd registry image images volume config configuration settings
  kubernetes.default kubernetes.default.svc kubernetes.default.svc.cluster.local cluster.local
  postgres postgresql mysql mariadb mssql oracle sqlite redis mongo mongodb mongo-db kafka rabbitmq rabbit
  elastic elasticsearch kibana opensearch minio minioadmin vault consul etcd nats grafana prometheus
  jenkins gitlab github bitbucket git npm maven nexus nginx apache tomcat keycloak wordpress drupal
  database databases db public private internal external backup sslmode prefer verify-full verify-ca
  app apps api web www backend frontend shop store account accounts email mail message messages
  region eu-west-1 eu-central-1 us-east-1 us-east-2 us-west-1 us-west-2 europe-west1 us-central1
  monday tuesday wednesday thursday friday saturday sunday january february march april june july august
  september october november december start started stop stopped running pending success successful
  failed failure complete completed connected disconnected connection request response session
  american english opaque kubernetes.io/dockerconfigjson kubernetes.io/tls kubernetes.io/basic-auth
  hs256 hs384 hs512 rs256 es256 aes-256-cbc aes-256-gcm sha256 sha512 bcrypt argon2 md5 scram-sha-256
`;

const LONGEST = 64;
const BY_LENGTH = new Map<number, Buffer[]>();
for (const word of new Set(WORDS.split(/\s+/).filter((text) => text !== ''))) {
  const bytes = Buffer.from(word);
  BY_LENGTH.set(bytes.length, [...(BY_LENGTH.get(bytes.length) ?? []), bytes]);
}

/** True when the bytes, in any case, are a word that logs print by chance. */
export function isCommonWord(bytes: Uint8Array): boolean {
  if (bytes.length > LONGEST) return false;
  return (BY_LENGTH.get(bytes.length) ?? []).some((word) =>
    word.every((byte, i) => byte === (bytes[i]! >= 0x41 && bytes[i]! <= 0x5a ? bytes[i]! | 0x20 : bytes[i])),
  );
}
