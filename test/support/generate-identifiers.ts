import type { Chance } from './generate-random.ts';

const HEX = '0123456789abcdef';
const UPPER_HEX = '0123456789ABCDEF';
const LOWER = 'abcdefghijklmnopqrstuvwxyz0123456789';
const BASE62 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
/** What Kubernetes draws name suffixes from: no vowels, nothing that looks like another character. */
const SUFFIX = 'bcdfghjklmnpqrstvwxz2456789';

const WORDS =
  'api app auth billing cache cart catalog config controller core data db edge email event gateway index ingest jobs key ledger login mail media metrics node notify order payment policy proxy queue report search secret session shop stock store sync token user vault web worker'.split(
    ' ',
  );
const DOMAINS = [
  'example.com',
  'example.org',
  'svc.cluster.local',
  'corp.example.net',
  'eu-central-1.elb.amazonaws.com',
  'blob.core.windows.net',
  'storage.googleapis.com',
];
const EXTENSIONS = ['go', 'java', 'py', 'ts', 'log', 'yaml', 'json', 'crt', 'pem', 'conf', 'tar.gz'];
const ROOTS = [
  '/var/lib/kubelet/pods',
  '/etc/ssl/certs',
  '/usr/local/bin',
  '/srv/app/src',
  '/run/secrets',
  'C:\\Program Files\\Acme',
  '/srv/deploy/.cache',
  './build/out',
];

export const word = (chance: Chance): string => chance.pick(WORDS);
export const hex = (chance: Chance, length: number): string => chance.text(HEX, length);
export const two = (value: number): string => String(value).padStart(2, '0');
export const name = (chance: Chance): string => `${word(chance)}-${word(chance)}`;

export const uuid = (chance: Chance): string =>
  `${hex(chance, 8)}-${hex(chance, 4)}-4${hex(chance, 3)}-a${hex(chance, 3)}-${hex(chance, 12)}`;
export const pod = (chance: Chance): string =>
  `${name(chance)}-${chance.text(SUFFIX, 10)}-${chance.text(SUFFIX, 5)}`;
export const host = (chance: Chance): string => `${word(chance)}.${chance.pick(DOMAINS)}`;
export const address = (chance: Chance): string =>
  chance.oneIn(6)
    ? `2001:db8:${hex(chance, 4)}::${hex(chance, 4)}`
    : `10.${chance.below(256)}.${chance.below(256)}.${chance.below(256)}`;
export const email = (chance: Chance): string =>
  `${word(chance)}.${word(chance)}+${chance.below(99)}@example.com`;
export const semver = (chance: Chance): string =>
  `v${chance.below(9)}.${chance.below(40)}.${chance.below(20)}${chance.pick(['', '', '-rc.1', `+g${hex(chance, 7)}`, `-${chance.below(30)}.el8`])}`;
export const path = (chance: Chance): string =>
  `${chance.pick(ROOTS)}/${uuid(chance)}/${word(chance)}/${word(chance)}_${word(chance)}.${chance.pick(EXTENSIONS)}`;
export const digest = (chance: Chance): string =>
  chance.pick([
    () => `sha256:${hex(chance, 64)}`,
    () => `sha512-${chance.text(`${BASE62}+/`, 86)}==`,
    () => hex(chance, 40),
    () => hex(chance, 32),
    () => `md5:${hex(chance, 32)}`,
  ])();
export const image = (chance: Chance): string =>
  `registry.example.com/${word(chance)}/${name(chance)}:${semver(chance)}@sha256:${hex(chance, 64)}`;
export const trace = (chance: Chance): string => `00-${hex(chance, 32)}-${hex(chance, 16)}-01`;
export const ulid = (chance: Chance): string => `01H${chance.text('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 23)}`;
export const etag = (chance: Chance): string =>
  chance.pick([
    `"${hex(chance, 32)}"`,
    `W/"${hex(chance, 4)}-${chance.text(BASE62, 27)}"`,
    `"${hex(chance, 8)}-${hex(chance, 5)}"`,
  ]);
export const serial = (chance: Chance): string =>
  Array.from({ length: 16 }, () => chance.text(UPPER_HEX, 2)).join(':');
export const cloudId = (chance: Chance): string =>
  chance.pick([
    `arn:aws:iam::${100000000000 + chance.below(9e8)}:role/${name(chance)}`,
    `i-0${hex(chance, 16)}`,
    `vol-0${hex(chance, 16)}`,
    `projects/${name(chance)}-${chance.below(999999)}/locations/europe-west1/clusters/${word(chance)}`,
    `/subscriptions/${uuid(chance)}/resourceGroups/${name(chance)}/providers/Microsoft.Compute/virtualMachines/${word(chance)}`,
    `ami-0${hex(chance, 16)}`,
    `${chance.text(LOWER, 14).toUpperCase()}.${word(chance)}`,
  ]);
export const clock = (chance: Chance): string =>
  `${two(chance.below(24))}:${two(chance.below(60))}:${two(chance.below(60))}`;
export const day = (chance: Chance): string =>
  `2024-${two(chance.between(1, 12))}-${two(chance.between(1, 28))}`;
export const stamp = (chance: Chance): string =>
  `${day(chance)}T${clock(chance)}.${chance.between(100, 999)}Z`;

const KINDS = [
  uuid,
  pod,
  host,
  address,
  email,
  semver,
  path,
  digest,
  image,
  trace,
  ulid,
  serial,
  cloudId,
  stamp,
];

/** One identifier of any kind; none is a credential. */
export function identifier(chance: Chance): string {
  return chance.pick(KINDS)(chance);
}

const MASKS = [
  '***',
  '********',
  '[REDACTED]',
  '[FILTERED]',
  '<hidden>',
  '<redacted>',
  'xxxxxxxx',
  `$\{DB_PASSWORD}`,
  '$(cat /run/secrets/db)',
  '$PASSWORD',
  '{{ .Values.password }}',
  '%(password)s',
  'null',
  'None',
  'true',
  'false',
  'undefined',
  '',
  'changeme',
  '****cd',
];

/** What stands where a secret was left out. */
export function mask(chance: Chance): string {
  return chance.pick(MASKS);
}
