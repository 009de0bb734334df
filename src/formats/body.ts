import type { FindingList } from '../engine/findings.ts';
import type { Matcher } from '../engine/matcher.ts';
import type { Output } from '../engine/output.ts';

/**
 * Where a record says that it comes from, for the ledger: the protocol's own words (`host`, `sourcetype`,
 * `kubernetes.pod_name`, `k8s.pod.name`, `tag`), each redacted already and at most MAX_ORIGIN_BYTES long.
 */
export type Origin = Readonly<Record<string, string>>;

/** What Fluent Bit's and fluentd's kubernetes filters add to a record and an origin tells, under `kubernetes`. */
export const KUBERNETES = ['namespace_name', 'pod_name', 'container_name'] as const;

/** Longest value of an origin that is told; a longer one is no name. */
export const MAX_ORIGIN_BYTES = 256;

/** Where the records of findings come from. `at(i)` is finding `i` of the list beside it; null when its record does not say. */
export class OriginList {
  #origins: (Origin | null)[] = [];

  /** Says where every finding up to the `count`-th comes from that has no origin yet. */
  tell(count: number, origin: Origin | null): void {
    while (this.#origins.length < count) this.#origins.push(origin);
  }

  /** Findings told so far. */
  get length(): number {
    return this.#origins.length;
  }

  at(index: number): Origin | null {
    return this.#origins[index] ?? null;
  }

  clear(): void {
    this.#origins.length = 0;
  }
}

/**
 * One message of a protocol on its way through: the decoded body of a request, or one message of a
 * connection. As with a `Redactor`, the output does not depend on how the input is cut into chunks.
 */
export interface BodyRedactor {
  /** Takes the next bytes (read before it returns, never kept) and appends what is decided to `out`. */
  push(chunk: Uint8Array, out: Output): void;
  /** The source was silent: decides what is held; more may come. Left out where every record says its length. */
  idle?(out: Output): void;
  /** The body ended: decides and appends everything held. */
  end(out: Output): void;
  /** The next push is scanned by `matcher`, held bytes included. */
  swap(matcher: Matcher): void;
  /** Bytes held back. */
  readonly held: number;
  /** Records seen. */
  readonly records: number;
  /** Appended to as findings are replaced; the caller drains it together with `origins`. */
  readonly findings: FindingList;
  readonly origins: OriginList;
}

/** A body that is not what its protocol says; nothing of it is in the message. */
export class BodyError extends Error {
  /** `malformed`: cut short or wrong. `too-large`: a part that must be held whole is over its limit. */
  readonly kind: 'malformed' | 'too-large';
  readonly code = 'E_BODY';

  constructor(kind: 'malformed' | 'too-large', message: string) {
    super(message);
    this.name = 'BodyError';
    this.kind = kind;
  }
}
