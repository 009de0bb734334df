import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import {
  createSecureContext,
  type SecureContext,
  type SecureContextOptions,
  type TlsOptions,
} from 'node:tls';
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
      : { ca: readAuthority(files.clientCa), requestCert: true, rejectUnauthorized: true }),
  });
  const follower = new FileFollower(paths, observer);
  return {
    context: read(),
    follow: (server) => follower.start(() => server.setSecureContext(read())),
    stop: () => follower.stop(),
  };
}

/** Looks at files every LOOK_MS, and takes them in use again when one has changed. */
class FileFollower {
  readonly #paths: readonly string[];
  readonly #observer: Observer;
  #stamp: string;
  #timer: NodeJS.Timeout | undefined;

  constructor(paths: readonly string[], observer: Observer) {
    this.#paths = paths;
    this.#observer = observer;
    this.#stamp = stampOf(paths);
  }

  /** @param take reads the files and puts them in use; throws when they cannot be, and leaves the old ones then */
  start(take: () => void): void {
    this.#timer = setInterval(() => this.#look(take), LOOK_MS);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(take: () => void): void {
    const now = stampOf(this.#paths);
    if (now === this.#stamp) return;
    this.#stamp = now;
    const names = this.#paths.join(', ');
    try {
      take();
      this.#observer.say('info', 'TLS_RELOADED', `${names}: read again and in use for new connections`);
    } catch (error) {
      const why = `cannot be used (${codeOf(error)}); what was read before stays in use`;
      this.#observer.say('error', 'E_TLS_RELOAD', `${names}: ${why}. Put a readable, matching set there.`);
    }
  }
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

/** As `readOne`; a file without a certificate would be taken for an authority that signed nothing. @throws StartError E_ROUTE_FILE */
function readAuthority(path: string): Buffer {
  const bytes = readOne(path);
  try {
    new X509Certificate(bytes);
  } catch (error) {
    throw unusable(path, error);
  }
  return bytes;
}

function unusable(what: string, error: unknown): StartError {
  return new StartError(
    'E_ROUTE_FILE',
    `--route ${what}: cannot be used (${codeOf(error)}); nothing was taken. Name PEM files that belong together.`,
  );
}

/**
 * What a connection to upstream is made with, as far as the route names files.
 * @throws StartError E_ROUTE_FILE
 */
export function upstreamTls({ files }: RoutePlan): Pick<SecureContextOptions, 'ca' | 'cert' | 'key'> {
  const { ca, 'upstream-cert': cert, 'upstream-key': key } = files;
  return {
    ...(ca === undefined ? {} : { ca: readAuthority(ca) }),
    ...(cert === undefined ? {} : { cert: readOne(cert) }),
    ...(key === undefined ? {} : { key: readOne(key) }),
  };
}

/** What connections to an HTTP upstream are made with, now; see `upstreamTls`. */
export interface FollowedTls {
  readonly current: SecureContext;
  stop(): void;
}

/**
 * The files of a route for its upstreams, read again when one has changed; null when it names none.
 * @throws StartError E_ROUTE_FILE
 */
export function followUpstreamTls(route: RoutePlan, observer: Observer): FollowedTls | null {
  const { ca, 'upstream-cert': cert, 'upstream-key': key } = route.files;
  const paths = [ca, cert, key].filter((path) => path !== undefined);
  if (paths.length === 0) return null;
  const follower = new FileFollower(paths, observer);
  let current = firstContext(route, paths);
  follower.start(() => {
    current = createSecureContext(upstreamTls(route));
  });
  return {
    get current() {
      return current;
    },
    stop: () => follower.stop(),
  };
}

function firstContext(route: RoutePlan, paths: readonly string[]): SecureContext {
  const files = upstreamTls(route);
  try {
    return createSecureContext(files);
  } catch (error) {
    throw unusable(paths.join(', '), error);
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
