import { readFileSync, statSync } from 'node:fs';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import type { RoutePlan } from '../config/plan.ts';
import type { Observer } from '../observe/observer.ts';
import { StartError } from '../observe/start-error.ts';
import { codeOf } from '../pipeline/error-code.ts';

/** How often the files are looked at: cert-manager renews weeks ahead of the end. */
const LOOK_MS = 10_000;

export interface ListenerFiles {
  readonly cert: string;
  readonly key: string;
  readonly clientCa: string | null;
}

/** The TLS files of a route's listener; null when it has none. */
export function listenerFiles({ files }: RoutePlan): ListenerFiles | null {
  if (files.cert === undefined || files.key === undefined) return null;
  return { cert: files.cert, key: files.key, clientCa: files['client-ca'] ?? null };
}

/** A server whose certificates can be changed while it runs. */
interface TlsServer {
  setSecureContext(options: SecureContextOptions): void;
}

export interface WatchedTls {
  readonly context: TlsOptions;
  follow(server: TlsServer): void;
  stop(): void;
}

/**
 * Reads the files, and again when one has changed; a pair that cannot be read leaves the old one in use.
 * @throws StartError E_ROUTE_FILE
 */
export function watchTls(files: ListenerFiles, observer: Observer): WatchedTls {
  const paths = [files.cert, files.key, ...(files.clientCa === null ? [] : [files.clientCa])];
  const read = (): TlsOptions => ({
    cert: readOne(files.cert),
    key: readOne(files.key),
    ...(files.clientCa === null
      ? {}
      : { ca: readOne(files.clientCa), requestCert: true, rejectUnauthorized: true }),
  });
  let stamp = stampOf(paths);
  let timer: NodeJS.Timeout | undefined;
  return {
    context: read(),
    follow(server) {
      timer = setInterval(() => {
        const now = stampOf(paths);
        if (now === stamp) return;
        stamp = now;
        try {
          server.setSecureContext(read());
          observer.say('info', 'TLS_RELOADED', `${files.cert}: the certificate was read again and is in use`);
        } catch (error) {
          observer.say(
            'error',
            'E_TLS_RELOAD',
            `${files.cert}: cannot be used (${codeOf(error)}); the old one stays in use`,
          );
        }
      }, LOOK_MS);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}

/** @throws StartError E_ROUTE_FILE */
export function readOne(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new StartError(
      'E_ROUTE_FILE',
      `--route ${path}: cannot be read (${codeOf(error)}); nothing was taken. Name a file that this user can read.`,
    );
  }
}

/**
 * What a connection to upstream is made with, as far as the route names files.
 * @throws StartError E_ROUTE_FILE
 */
export function upstreamTls({ files }: RoutePlan): Pick<SecureContextOptions, 'ca' | 'cert' | 'key'> {
  const { ca, 'upstream-cert': cert, 'upstream-key': key } = files;
  return {
    ...(ca === undefined ? {} : { ca: readOne(ca) }),
    ...(cert === undefined ? {} : { cert: readOne(cert) }),
    ...(key === undefined ? {} : { key: readOne(key) }),
  };
}

function stampOf(paths: readonly string[]): string {
  return paths
    .map((path) => {
      const { mtimeMs = 0, ino = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
      return `${mtimeMs}:${ino}`;
    })
    .join(' ');
}
