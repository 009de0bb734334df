import { ACTION_NAMES } from '../engine/actions/index.ts';
import { DEFAULT_PLACEHOLDER } from '../engine/actions/placeholder.ts';
import { FORMAT_NAMES } from '../formats/format.ts';
import { DEFAULT_ENV_GLOBS } from '../secrets/env.ts';
import { DEFAULT_SECRET_DIRS } from '../secrets/mounted-dir.ts';
import type { CommandName, Option, ValueOf } from './option.ts';

const STREAMS: readonly CommandName[] = ['filter', 'exec', 'config'];
const SECRETS: readonly CommandName[] = ['filter', 'exec', 'secrets', 'config'];
const DETECTORS: readonly CommandName[] = ['filter', 'exec', 'detectors', 'config'];
const ALL: readonly CommandName[] = ['filter', 'exec', 'secrets', 'detectors', 'config'];

const SECOND = 1000;
const DAY = 24 * 3600 * SECOND;
const KIB = 1024;
const GIB = 1024 * 1024 * KIB;

/** Every option, in the order of the help. */
export const OPTIONS = {
  config: {
    flag: '--config',
    metavar: 'FILE',
    env: 'UNLEAK_CONFIG',
    path: null,
    type: { kind: 'text' },
    default: null,
    doc: 'YAML file with the same options; without it, ./unleak.yaml is read when it exists.',
    commands: ALL,
  },
  secretsDirs: {
    flag: '--secrets-dir',
    metavar: 'DIR',
    env: 'UNLEAK_SECRETS_DIR',
    path: 'secrets.dirs',
    type: { kind: 'list', split: false },
    default: DEFAULT_SECRET_DIRS,
    doc: 'Mounted Secret directory, one file one value, followed as it rotates; repeatable; replaces the default places unless one item is the word `default`.',
    commands: SECRETS,
  },
  secretEnv: {
    flag: '--secret-env',
    metavar: 'GLOB',
    env: 'UNLEAK_SECRET_ENV',
    path: 'secrets.env',
    type: { kind: 'list', split: true },
    default: DEFAULT_ENV_GLOBS,
    doc: 'Environment variables whose values are secrets, by name or glob; repeatable; replaces the default globs unless one item is the word `default`.',
    commands: SECRETS,
  },
  secretFiles: {
    flag: '--secret-file',
    metavar: 'FILE',
    env: 'UNLEAK_SECRET_FILE',
    path: 'secrets.files',
    type: { kind: 'list', split: false },
    default: [],
    doc: 'File whose whole content is one secret value; repeatable.',
    commands: SECRETS,
  },
  minLength: {
    flag: '--min-length',
    metavar: 'BYTES',
    env: 'UNLEAK_MIN_LENGTH',
    path: 'secrets.minLength',
    type: { kind: 'bytes', min: 4, max: 64 },
    default: 8,
    doc: 'Shorter values are not matched anywhere in the text; those of 4 bytes or more still are, next to their own key name.',
    commands: SECRETS,
  },
  grace: {
    flag: '--grace',
    metavar: 'DURATION',
    env: 'UNLEAK_GRACE',
    path: 'secrets.grace',
    type: { kind: 'duration', min: 0, max: 365 * DAY },
    default: DAY,
    doc: 'How long a value that was rotated away is still redacted.',
    commands: SECRETS,
  },
  near: {
    flag: '--no-near',
    metavar: '',
    env: 'UNLEAK_NEAR',
    path: 'secrets.near',
    type: { kind: 'boolean' },
    default: true,
    doc: 'Near misses of known values are redacted too (mistyped, cut short by a logger, in the other case); the flag switches that off.',
    commands: SECRETS,
  },
  detectors: {
    flag: '--detectors',
    metavar: 'SELECTOR',
    env: 'UNLEAK_DETECTORS',
    path: 'detectors.select',
    type: { kind: 'list', split: true },
    default: ['all'],
    doc: 'Detectors to run: `all`, an id or the beginning of one (`aws`), `-` in front takes away (`all,-generic`); repeatable or comma separated.',
    commands: DETECTORS,
  },
  detectorsEnabled: {
    flag: '--no-detectors',
    metavar: '',
    env: 'UNLEAK_DETECTORS_ENABLED',
    path: 'detectors.enabled',
    type: { kind: 'boolean' },
    default: true,
    doc: 'Credentials that nobody told unleak about are found by their shape; the flag switches that off.',
    commands: DETECTORS,
  },
  detectorFiles: {
    flag: '--detectors-file',
    metavar: 'FILE',
    env: 'UNLEAK_DETECTORS_FILE',
    path: 'detectors.files',
    type: { kind: 'list', split: false },
    default: [],
    doc: "YAML file with detectors of your own, or gitleaks' configuration (`.toml`); repeatable.",
    commands: DETECTORS,
  },
  format: {
    flag: '--format',
    metavar: 'FORMAT',
    env: 'UNLEAK_FORMAT',
    path: 'format',
    type: { kind: 'enum', words: FORMAT_NAMES },
    default: 'auto',
    doc: 'How the stream is cut into records; `auto` looks at every line, JSON stays valid JSON.',
    commands: STREAMS,
  },
  action: {
    flag: '--action',
    metavar: 'ACTION',
    env: 'UNLEAK_ACTION',
    path: 'action.name',
    type: { kind: 'enum', words: ACTION_NAMES },
    default: 'mask',
    doc: 'What replaces a finding: the placeholder, the placeholder with the last 4 bytes of 16 or more, a keyed pseudonym, or a marker for the whole record.',
    commands: STREAMS,
  },
  placeholder: {
    flag: '--placeholder',
    metavar: 'TEMPLATE',
    env: 'UNLEAK_PLACEHOLDER',
    path: 'action.placeholder',
    type: { kind: 'text' },
    default: DEFAULT_PLACEHOLDER,
    doc: 'What stands where a secret stood; `{label}` becomes the name of the Secret or detector.',
    commands: STREAMS,
  },
  hideNames: {
    flag: '--hide-names',
    metavar: '',
    env: 'UNLEAK_HIDE_NAMES',
    path: 'action.hideNames',
    type: { kind: 'boolean' },
    default: false,
    doc: 'Placeholders say `secret` instead of naming the Secret; the ledger still names it.',
    commands: STREAMS,
  },
  keyFile: {
    flag: '--pseudonym-key-file',
    metavar: 'FILE',
    env: 'UNLEAK_PSEUDONYM_KEY_FILE',
    path: 'action.keyFile',
    type: { kind: 'text' },
    default: null,
    doc: 'Key of 16 bytes or more for pseudonyms and for the fingerprints in the ledger; without it a random key of this run, so that nothing correlates across runs.',
    commands: STREAMS,
  },
  onFault: {
    flag: '--on-fault',
    metavar: 'CHOICE',
    env: 'UNLEAK_ON_FAULT',
    path: 'onFault',
    type: { kind: 'enum', words: ['hold', 'drop', 'pass'] },
    default: 'hold',
    doc: 'When a record cannot be redacted: `hold` stops the stream, `drop` puts a placeholder in its place and goes on, `pass` lets it through RAW and counts it.',
    commands: STREAMS,
  },
  hold: {
    flag: '--hold',
    metavar: 'DURATION',
    env: 'UNLEAK_HOLD',
    path: 'hold',
    type: { kind: 'duration', min: 1, max: 3600 * SECOND },
    default: SECOND,
    doc: 'Silence after which bytes that may begin a secret are decided and let go.',
    commands: STREAMS,
  },
  maxRecord: {
    flag: '--max-record',
    metavar: 'BYTES',
    env: 'UNLEAK_MAX_RECORD',
    path: 'maxRecord',
    type: { kind: 'bytes', min: 4 * KIB, max: GIB },
    default: 1024 * KIB,
    doc: 'A longer JSON line is redacted as text, in windows.',
    commands: STREAMS,
  },
  ledger: {
    flag: '--ledger',
    metavar: 'FILE',
    env: 'UNLEAK_LEDGER',
    path: 'ledger',
    type: { kind: 'text' },
    default: null,
    doc: 'Append who leaked what to this file as JSON lines: names, counts, times and keyed fingerprints, never values.',
    commands: STREAMS,
  },
  stats: {
    flag: '--stats',
    metavar: 'FILE',
    env: 'UNLEAK_STATS',
    path: 'stats',
    type: { kind: 'text' },
    default: null,
    doc: 'Write one JSON summary at the end; `-` writes it to stderr, because stdout belongs to the redacted stream.',
    commands: STREAMS,
  },
  metrics: {
    flag: '--metrics',
    metavar: 'HOST:PORT',
    env: 'UNLEAK_METRICS',
    path: 'metrics',
    type: { kind: 'address' },
    default: null,
    doc: 'Serve /metrics (Prometheus), /livez and /readyz here; `:9090` listens on every address.',
    commands: STREAMS,
  },
  logLevel: {
    flag: '--log-level',
    metavar: 'LEVEL',
    env: 'UNLEAK_LOG_LEVEL',
    path: 'logLevel',
    type: { kind: 'enum', words: ['debug', 'info', 'warn', 'error', 'silent'] },
    default: 'warn',
    doc: "unleak's own words on stderr, from this level up.",
    commands: ALL,
  },
} as const satisfies Record<string, Option>;

export type OptionName = keyof typeof OPTIONS;

/** Every option's value, parsed. */
export type Values = { readonly [N in OptionName]: ValueOf<(typeof OPTIONS)[N]> };

/** The table as a list, for loops over it. */
export const OPTION_LIST: readonly (readonly [OptionName, Option])[] = Object.entries(
  OPTIONS,
) as unknown as readonly (readonly [OptionName, Option])[];
