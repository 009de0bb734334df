import type { FormatName } from '../formats/format.ts';
import type { Protocol } from '../formats/protocols.ts';

/** What a run does, with every choice made: parsed once from flags, environment and file; no optionals that mean "default". */
export interface Plan {
  readonly secrets: {
    /** Mounted Secret directories, in order. */
    readonly dirs: readonly { readonly path: string; readonly required: boolean }[];
    /** Globs over the names of the own environment's variables. */
    readonly envGlobs: readonly string[];
    /** Single files, each one value. */
    readonly files: readonly string[];
    /** Values shorter than this many bytes are not matched anywhere in the text. */
    readonly minBytes: number;
    /** How long a value that disappeared is still redacted, in milliseconds. */
    readonly graceMs: number;
    /** Redact near misses too. */
    readonly near: boolean;
  };
  readonly detectors: {
    /** Selectors by id prefix, `-` in front excludes; empty: none at all. */
    readonly select: readonly string[];
    /** Where the selectors were said, for messages. */
    readonly selectedAt: string;
    /** Files of users' own detectors. */
    readonly files: readonly string[];
  };
  readonly format: FormatName;
  readonly action: {
    readonly name: 'mask' | 'partial' | 'pseudonym' | 'drop';
    /** `{label}` stands for the rule's label. */
    readonly placeholder: string;
    /** File that holds the key of pseudonyms and fingerprints; null: a random key of this run. */
    readonly keyFile: string | null;
    /** Labels do not name Secrets: `secret` stands for every known value. */
    readonly hideNames: boolean;
  };
  readonly onFault: 'hold' | 'drop' | 'pass';
  /** Silence after which held bytes are decided, in milliseconds. */
  readonly holdMs: number;
  readonly maxRecordBytes: number;
  /** JSON lines, one per who-leaked-what; null: none. */
  readonly ledgerFile: string | null;
  /** One JSON summary at the end; `-` is stderr, because stdout belongs to the stream; null: none. */
  readonly statsFile: string | null;
  readonly metrics: { readonly host: string; readonly port: number } | null;
  readonly proxy: {
    readonly routes: readonly RoutePlan[];
    /** A larger body, decoded, is refused with 413. */
    readonly maxBodyBytes: number;
    /** Connections at once, over all routes; one more is closed at once. */
    readonly maxConnections: number;
    /** Silence of upstream after which a request is given up, in milliseconds. */
    readonly upstreamTimeoutMs: number;
    /** What is under way when TERM comes may take this long, in milliseconds. */
    readonly drainMs: number;
  };
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
}

/** One way through the proxy: where clients connect, and where their records go. */
export interface RoutePlan {
  readonly protocol: Protocol;
  readonly listen: { readonly host: string; readonly port: number; readonly udp: boolean };
  /** At least one; the first that is well is used. */
  readonly upstreams: readonly UpstreamPlan[];
  /** Absolute paths, by the names of `ROUTE_FILES`. */
  readonly files: Readonly<
    Partial<
      Record<
        | 'cert'
        | 'key'
        | 'client-ca'
        | 'ca'
        | 'upstream-cert'
        | 'upstream-key'
        | 'authorization-file'
        | 'shared-key-file'
        | 'users-file'
        | 'upstream-shared-key-file'
        | 'upstream-user-file',
        string
      >
    >
  >;
}

export interface UpstreamPlan {
  readonly scheme: 'http' | 'https' | 'tcp' | 'tls' | 'udp';
  readonly host: string;
  readonly port: number;
  /** Stands ahead of the request's path; empty or `/...` without a slash at its end. */
  readonly path: string;
}
