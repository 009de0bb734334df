import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Pair {
  /** Paths of PEM files. */
  readonly cert: string;
  readonly key: string;
}

const openssl = (...argv: readonly string[]): Buffer =>
  execFileSync('openssl', argv, { stdio: ['ignore', 'ignore', 'ignore'] });
const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];

/** An authority of the test's own, made by the openssl of the machine. */
export class Authority {
  readonly cert: string;
  readonly #key: string;
  readonly #dir: string;
  #serial = 0;

  constructor(dir: string, name: string) {
    this.#dir = dir;
    this.cert = join(dir, `${name}.pem`);
    this.#key = join(dir, `${name}.key`);
    const files = ['-keyout', this.#key, '-out', this.cert];
    openssl('req', '-x509', ...CURVE, ...files, '-subj', `/CN=${name}`);
  }

  /** A certificate for 127.0.0.1, as server and as client. */
  issue(name: string): Pair {
    const [cert, key, request, extensions] = ['pem', 'key', 'csr', 'ext'].map((end) =>
      join(this.#dir, `${name}.${end}`),
    ) as [string, string, string, string];
    writeFileSync(extensions, 'subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n');
    const asked = ['-keyout', key, '-out', request, '-subj', `/CN=${name}`];
    openssl('req', ...CURVE, ...asked);
    const signed = ['-CA', this.cert, '-CAkey', this.#key, '-set_serial', String(++this.#serial)];
    const files = ['-in', request, '-out', cert, '-extfile', extensions, '-days', '2'];
    openssl('x509', '-req', ...signed, ...files);
    return { cert, key };
  }
}

/** Puts another pair in the place of `at`, each file in one step, as a rotation does. */
export function replacePair(at: Pair, by: Pair): void {
  for (const file of ['key', 'cert'] as const) {
    writeFileSync(`${at[file]}.new`, readFileSync(by[file]), { mode: 0o600 });
    renameSync(`${at[file]}.new`, at[file]);
  }
}
