import { readFileSync, statSync } from 'node:fs';
import type { SecureContextOptions, TlsOptions } from 'node:tls';
import type { RoutePlan } from '../config/plan.ts';
import type { Observer } from '../observe/observer.ts';
import { ProxyError } from './route.ts';

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
 * @throws ProxyError E_ROUTE_FILE
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
          const code = (error as { code?: string }).code ?? 'unknown';
          observer.say(
            'error',
            'E_TLS_RELOAD',
            `${files.cert}: cannot be used (${code}); the old one stays in use`,
          );
        }
      }, LOOK_MS);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}

/** @throws ProxyError E_ROUTE_FILE */
export function readOne(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ProxyError(
      'E_ROUTE_FILE',
      `--route ${path}: cannot be read (${code}); nothing was taken. Name a file that this user can read.`,
    );
  }
}

function stampOf(paths: readonly string[]): string {
  return paths
    .map((path) => {
      const { mtimeMs = 0, ino = 0 } = statSync(path, { throwIfNoEntry: false }) ?? {};
      return `${mtimeMs}:${ino}`;
    })
    .join(' ');
}
