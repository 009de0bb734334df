import { closeSync, openSync, writeSync } from 'node:fs';
import type { Secret } from '../engine/secret.ts';
import { spellingName } from '../engine/spelling.ts';
import type { Row } from './findings-count.ts';
import type { FingerprintKey } from './fingerprint-key.ts';
import { errnoOf, StartError } from './start-error.ts';

// An import of node:crypto would ask for all it exports, WebCrypto too: 10 ms of every start.
const { createHmac } = process.getBuiltinModule('node:crypto');

/** Names only, and counts: readable by nobody else all the same. */
const MODE = 0o600;
/** 128 bits of the HMAC: enough to tell any two secrets apart. */
const FINGERPRINT_HEX = 32;
/** Bytes per write; keeps one flush from needing one string of all rows. */
const WRITE_BYTES = 256 * 1024;

/** Where a workload runs, from the variables its manifest sets. */
export interface Place {
  readonly namespace: string | null;
  readonly pod: string | null;
  readonly container: string | null;
  readonly host: string | null;
}

/** The downward API's usual names. */
export function placeOf(env: Readonly<Record<string, string | undefined>>): Place {
  const { POD_NAMESPACE, POD_NAME, CONTAINER_NAME, HOSTNAME } = env;
  return {
    namespace: POD_NAMESPACE || null,
    pod: POD_NAME || null,
    container: CONTAINER_NAME || null,
    host: HOSTNAME || null,
  };
}

/** Who leaked what: JSON lines appended to a file, one per label, spelling, stream and origin and flush. */
export class Ledger {
  readonly #file: number;
  readonly #key: FingerprintKey;
  readonly #place: Place;
  readonly #fingerprints = new WeakMap<Secret, string>();
  /** The last write ended inside a line. */
  #torn = false;

  /** @throws StartError E_LEDGER_OPEN */
  constructor(path: string, key: FingerprintKey, place: Place) {
    this.#key = key;
    this.#place = place;
    try {
      this.#file = openSync(path, 'a', MODE);
    } catch (error) {
      const why = `${path}: cannot be opened for appending (${errnoOf(error)}); nothing was read`;
      throw new StartError(
        'E_LEDGER_OPEN',
        `--ledger ${why}. Name a file in a directory this user can write.`,
      );
    }
  }

  /**
   * Appends the rows; synchronous, so that a row told as written is in the file.
   * @returns the rows that were not written, and the system's word for why
   */
  write(rows: readonly Row[]): { left: readonly Row[]; errno: string | null } {
    let at = 0;
    while (at < rows.length) {
      const lines: string[] = this.#torn ? ['\n'] : [];
      let size = 0;
      let next = at;
      for (; next < rows.length && size < WRITE_BYTES; next++) {
        const line = `${JSON.stringify(this.#line(rows[next]!))}\n`;
        lines.push(line);
        size += line.length;
      }
      try {
        this.#append(Buffer.from(lines.join('')));
      } catch (error) {
        // Some of these lines may be in the file: they will be there twice rather than not at all.
        return { left: rows.slice(at), errno: errnoOf(error) };
      }
      at = next;
    }
    return { left: [], errno: null };
  }

  /** Takes a value's fingerprint, once; before it is wiped. */
  identify(secret: Secret): void {
    if (this.#fingerprints.has(secret)) return;
    const hmac = createHmac('sha256', this.#key.bytes).update(secret.reveal());
    this.#fingerprints.set(secret, hmac.digest('hex').slice(0, FINGERPRINT_HEX));
  }

  close(): void {
    closeSync(this.#file);
  }

  #append(bytes: Buffer): void {
    let done = 0;
    try {
      while (done < bytes.length) done += writeSync(this.#file, bytes, done);
      this.#torn = false;
    } catch (error) {
      if (done > 0) this.#torn = bytes[done - 1] !== 0x0a;
      throw error;
    }
  }

  #line(row: Row): Record<string, unknown> {
    const { secret } = row;
    return {
      first: new Date(row.firstMs).toISOString(),
      last: new Date(row.lastMs).toISOString(),
      label: row.label,
      kind: row.kind,
      spelling: spellingName(row.spelling),
      count: row.count,
      bytes: row.bytes,
      secret:
        secret === null
          ? null
          : { ...secret.origin, fingerprint: this.#fingerprints.get(secret) ?? null, keyId: this.#key.id },
      stream: row.stream,
      origin: row.origin,
      ...this.#place,
    };
  }
}
