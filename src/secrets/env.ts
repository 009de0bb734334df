import { readFile } from 'node:fs/promises';
import { picks } from './name-glob.ts';
import type { Load, LoadedValue, Provider, Watch } from './provider.ts';
import { safeName } from './provider.ts';

/**
 * Variables that hold secrets when the user names none. `*` and `?`, ASCII letters in either case (npm and
 * others use lower case); `-` in front excludes, wherever it stands in the list.
 */
export const DEFAULT_ENV_GLOBS: readonly string[] = [
  ...[
    '*_TOKEN',
    'TOKEN',
    '*_PASSWORD',
    'PASSWORD',
    '*_PASSWD',
    '*_PASS',
    '*_PASSPHRASE',
    '*_PWD',
    'PGPASSWORD',
    'MYSQL_PWD',
  ],
  ...[
    '*_SECRET',
    'SECRET',
    '*_SECRET_KEY*',
    '*_KEY',
    '*_APIKEY',
    'APIKEY',
    'API_KEY',
    '*_KEY_BASE',
    '*_PRIVATE_KEY*',
    '*_CLIENT_SECRET*',
  ],
  ...[
    '*_CREDENTIAL',
    '*_CREDENTIALS',
    '*_CREDS',
    '*_AUTH',
    '*_AUTHTOKEN',
    '*_AUTH_TOKEN*',
    '*_ACCESS_TOKEN*',
    '*_COOKIE',
  ],
  ...[
    '*DATABASE_URL',
    '*DB_URL',
    '*_DSN',
    'DSN',
    '*CONNECTION_STRING',
    '*CONNECTIONSTRING',
    '*_CONN_STR',
    '*_JDBC_URL',
  ],
  ...[
    '*REDIS_URL',
    '*MONGO*_UR?',
    '*POSTGRES*_UR?',
    '*MYSQL_URL',
    '*AMQP*_URL',
    '*RABBITMQ_URL',
    '*WEBHOOK_URL',
    '*_SAS_URL',
  ],
  // Identifiers and public halves, not secrets.
  ...[
    '-*_PUBLIC_KEY',
    '-*_PUBLISHABLE_KEY',
    '-*_KEY_ID',
    '-*_PRIMARY_KEY',
    '-*_PARTITION_KEY',
    '-*_SORT_KEY',
    '-*_CACHE_KEY',
  ],
  // The Python images' release key fingerprint, and shells' working directories.
  ...['-GPG_KEY', '-OLD_PWD', '-INIT_PWD'],
];

/**
 * Values of the own environment's variables, by glob. They never change. The values come as bytes from
 * `/proc/self/environ`: touching `process.env` would make strings of them, which cannot be wiped.
 */
export class Env implements Provider {
  readonly name = 'env';
  readonly #globs: readonly string[];
  readonly #environ: () => Promise<Uint8Array>;

  /** @param environ `NAME=value` pairs, each ended by NUL; what it gives is wiped here. */
  constructor(globs: readonly string[], environ: () => Promise<Uint8Array> = ownEnvironment) {
    this.#globs = globs;
    this.#environ = environ;
  }

  async load(): Promise<Load> {
    if (this.#globs.length === 0) return { values: [], problems: [], complete: true };
    const block = await this.#environ();
    const values: LoadedValue[] = [];
    const view = Buffer.from(block.buffer, block.byteOffset, block.length);
    for (let at = 0; at < block.length; ) {
      const nul = view.indexOf(0, at);
      const end = nul === -1 ? block.length : nul;
      const equals = view.indexOf(0x3d, at);
      if (equals > at && equals < end) {
        const name = view.toString('latin1', at, equals);
        // `slice` of a Uint8Array copies into memory of its own.
        if (picks(this.#globs, name))
          values.push(loaded(name, Uint8Array.prototype.slice.call(block, equals + 1, end)));
      }
      at = end + 1;
    }
    block.fill(0);
    return { values, problems: [], complete: true };
  }

  watch(): Watch {
    return { close: () => {} };
  }
}

function loaded(variable: string, bytes: Uint8Array): LoadedValue {
  const name = safeName(variable);
  return { origin: { name, key: name, part: '' }, bytes, seen: 'current' };
}

async function ownEnvironment(): Promise<Uint8Array> {
  try {
    return await readFile('/proc/self/environ');
  } catch {
    // No procfs (macOS, hidepid): the strings exist then, for want of another way.
    return Buffer.from(
      Object.entries(process.env)
        .map(([name, value]) => `${name}=${value}\0`)
        .join(''),
    );
  }
}
