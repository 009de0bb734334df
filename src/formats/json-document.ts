import type { DocumentListener } from '../engine/document.ts';
import { FindingList } from '../engine/findings.ts';
import type { Matcher } from '../engine/matcher.ts';
import type { Output } from '../engine/output.ts';
import { StreamRedactor } from '../engine/stream-redactor.ts';
import { type BodyRedactor, type Origin, OriginList, tellable } from './body.ts';

/** Findings of a record that has not ended, at most; when there are more, they are told with what is known of it by then. */
const MAX_WAITING = 64 * 1024;

/** A field that tells where a record comes from. */
export interface OriginPath {
  /** Keys from the top-level value, joined by dots: `event.kubernetes.pod_name`. See `DocumentOptions.origin`. */
  readonly path: string;
  /** What the ledger calls it: `kubernetes.pod_name`. Of paths with one name the first in the document counts. */
  readonly as: string;
}

export interface JsonDocumentOptions {
  /** Longest string or number that is held whole, in bytes. */
  readonly maxRecordBytes: number;
  /** See `DocumentOptions`; none when left out. */
  readonly protect?: ReadonlySet<string>;
  readonly bulk?: boolean;
  readonly origin?: readonly OriginPath[];
}

/**
 * A body of JSON values one behind the other (Splunk HEC, `_bulk`, Loki, OTLP, a single document), of any size.
 * Records are its top-level values. Valid JSON stays valid; what is none is redacted as text. A finding is
 * told when its record ends, with what the record says of its origin wherever in it that stands.
 */
export class JsonDocumentRedactor implements BodyRedactor {
  readonly findings = new FindingList();
  readonly origins = new OriginList();
  readonly #redactor: StreamRedactor;
  readonly #names: readonly string[];
  /** What the record in hand has said of its origin so far. */
  #origin: Record<string, string> | null = null;

  constructor(matcher: Matcher, options: JsonDocumentOptions) {
    const { maxRecordBytes, protect = new Set<string>(), bulk = false, origin = [] } = options;
    this.#names = origin.map(({ as }) => as);
    const listener: DocumentListener = {
      field: (path, bytes, start, end) => this.#field(path, bytes, start, end),
      recordEnd: () => this.#recordEnd(),
    };
    const document = { protect, bulk, origin: origin.map(({ path }) => path), listener };
    this.#redactor = new StreamRedactor(matcher, { json: 'document', maxRecordBytes, document });
  }

  get held(): number {
    return this.#redactor.held;
  }

  get records(): number {
    return this.#redactor.records;
  }

  push(chunk: Uint8Array, out: Output): void {
    this.#redactor.push(chunk, out);
    if (this.#redactor.findings.length > MAX_WAITING) this.#tell();
  }

  end(out: Output): void {
    this.#redactor.end(out);
    this.#recordEnd();
  }

  swap(matcher: Matcher): void {
    this.#tell();
    this.#redactor.swap(matcher);
  }

  #field(path: number, bytes: Buffer, start: number, end: number): void {
    const name = this.#names[path]!;
    if (this.#origin !== null && Object.hasOwn(this.#origin, name)) return;
    const value = readString(bytes, start, end);
    if (value === null || !tellable(value)) return;
    this.#origin ??= Object.create(null) as Record<string, string>;
    this.#origin[name] = value;
  }

  #recordEnd(): void {
    this.#tell();
    this.#origin = null;
  }

  /** Moves the findings so far to where the caller drains them. */
  #tell(): void {
    const from = this.#redactor.findings;
    if (from.length === 0) return;
    for (let i = 0; i < from.length; i++) this.findings.push(from.rule(i), from.spelling(i), from.bytes(i));
    from.clear();
    const told: Origin | null = this.#origin === null ? null : { ...this.#origin };
    this.origins.tell(this.findings.length, told);
  }
}

/** A string token decoded; null when it is no valid one. */
function readString(bytes: Buffer, start: number, end: number): string | null {
  try {
    return String(JSON.parse(bytes.toString('utf8', start, end)));
  } catch (cause) {
    if (cause instanceof SyntaxError) return null;
    throw cause;
  }
}
