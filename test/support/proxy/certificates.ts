import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Minted, mintCertificate } from './mint-certificate.ts';
import type { Closing } from './program.ts';

export interface Pair {
  /** Paths of PEM files. */
  readonly cert: string;
  readonly key: string;
}

/** An authority of the test's own. */
export class Authority {
  readonly cert: string;
  readonly #minted: Minted;
  readonly #dir: string;

  constructor(dir: string, name: string) {
    this.#dir = dir;
    this.#minted = mintCertificate(name);
    this.cert = join(dir, `${name}.pem`);
    writeFileSync(this.cert, this.#minted.cert);
  }

  /** A certificate for 127.0.0.1, as server and as client. */
  issue(name: string): Pair {
    const minted = mintCertificate(name, this.#minted);
    const pair = { cert: join(this.#dir, `${name}.pem`), key: join(this.#dir, `${name}.key`) };
    writeFileSync(pair.cert, minted.cert);
    writeFileSync(pair.key, minted.key, { mode: 0o600 });
    return pair;
  }
}

/** Puts another pair in the place of `at`, each file in one step, as a rotation does. */
export function replacePair(at: Pair, by: Pair): void {
  for (const file of ['key', 'cert'] as const) {
    writeFileSync(`${at[file]}.new`, readFileSync(by[file]), { mode: 0o600 });
    renameSync(`${at[file]}.new`, at[file]);
  }
}

/** Files of a pair for 127.0.0.1, and the certificate of the authority that signed it. */
export interface Certificates extends Pair {
  readonly caFile: string;
  readonly ca: Buffer;
  /** The contents of `cert` and `key`. */
  readonly pair: { readonly cert: Buffer; readonly key: Buffer };
}

/** A new authority and a pair of its own; they go when `closing` runs. */
export function mintCertificates(closing: Closing): Certificates {
  const dir = mkdtempSync(join(tmpdir(), 'unleak-certificates-'));
  closing.push(async () => rmSync(dir, { recursive: true, force: true }));
  const authority = new Authority(dir, 'ca');
  const { cert, key } = authority.issue('unleak');
  const pair = { cert: readFileSync(cert), key: readFileSync(key) };
  return { cert, key, caFile: authority.cert, ca: readFileSync(authority.cert), pair };
}
