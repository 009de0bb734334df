import type { DocumentListener } from '../engine/document.ts';
import { FindingList } from '../engine/findings.ts';
import type { Matcher } from '../engine/matcher.ts';
import type { Output } from '../engine/output.ts';
import { StreamRedactor } from '../engine/stream-redactor.ts';
import { type BodyRedactor, type Origin, OriginList } from './body.ts';
import { isName, OriginGuard, type Said } from './origin-guard.ts';

/** Findings of a record that has not ended, at most; when there are more, they are told with what is known of it by then. */
const MAX_WAITING = 64 * 1024;

/** A field that tells where a record comes from. */
export interface OriginPath {
  /** Keys from the top-level value, joined by dots: `event.kubernetes.pod_name`. See `DocumentOptions.origin`. */
  readonly path: string;
  /** What the ledger calls it: `kubernetes.pod_name`. Of paths with one name the first in the document counts. */
  readonly as: string;
  /** It counts in an action of `_bulk` only, for the source behind it. */
  readonly inAction?: boolean;
  /** The field holds several: `as` is not used. */
  readonly read?: (value: string) => readonly Said[];
}

/** Objects of a key and its value, such as OTLP's attributes. */
export interface OriginPairs {
  /** The path of the objects. */
  readonly path: string;
  /** Where the two stand in such an object, as paths are written. */
  readonly key: string;
  readonly value: string;
  /** Keys that tell an origin, under their own name. */
  readonly names: ReadonlySet<string>;
}

export interface JsonDocumentOptions {
  /** Longest string or number that is held whole, in bytes. */
  readonly maxRecordBytes: number;
  /** See `DocumentOptions`; none when left out. */
  readonly protect?: ReadonlySet<string>;
  readonly bulk?: boolean;
  readonly origin?: readonly OriginPath[];
  readonly pairs?: OriginPairs;
  /** Paths of objects that are records of their own as far as origins go. */
  readonly parts?: readonly string[];
  /** What the request says of all its records, as it came; what a record says itself goes before it. */
  readonly said?: readonly Said[];
}

type Named = Record<string, string>;

/**
 * A body of JSON values one behind the other (Splunk HEC, `_bulk`, Loki, OTLP, a single document), of any size.
 * Records are its top-level values. Valid JSON stays valid; what is none is redacted as text. A finding is
 * told when its record ends, with what the record says of its origin wherever in it that stands.
 */
export class JsonDocumentRedactor implements BodyRedactor {
  readonly findings = new FindingList();
  readonly origins = new OriginList();
  readonly #redactor: StreamRedactor;
  readonly #paths: readonly OriginPath[];
  readonly #pairs: OriginPairs | null;
  readonly #said: readonly Said[];
  readonly #guard: OriginGuard;
  /** What the record in hand has said of its origin so far, and what it has if it is an action. */
  #origin: Named | null = null;
  #action: Named | null = null;
  /** What the action ahead of the record in hand said. */
  #carried: Named | null = null;
  #key: string | null = null;
  #value: string | null = null;

  constructor(matcher: Matcher, options: JsonDocumentOptions) {
    const { maxRecordBytes, protect = new Set<string>(), bulk = false, origin = [], parts = [] } = options;
    const { pairs = null, said = [] } = options;
    this.#paths = origin;
    this.#pairs = pairs;
    this.#said = said;
    this.#guard = new OriginGuard(matcher);
    const listener: DocumentListener = {
      field: (path, bytes, start, end) => this.#field(path, bytes, start, end),
      partEnd: (part) => (part === parts.length ? this.#pairEnd() : this.#recordEnd(false)),
      recordEnd: (action) => this.#recordEnd(action),
    };
    const paths = origin.map(({ path }) => path);
    const document = {
      protect,
      bulk,
      origin:
        pairs === null ? paths : [...paths, `${pairs.path}.${pairs.key}`, `${pairs.path}.${pairs.value}`],
      parts: pairs === null ? parts : [...parts, pairs.path],
      listener,
    };
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
    this.#recordEnd(false);
  }

  swap(matcher: Matcher): void {
    this.#tell();
    this.#guard.swap(matcher);
    this.#redactor.swap(matcher);
  }

  #field(path: number, bytes: Buffer, start: number, end: number): void {
    const text = readString(bytes, start, end);
    if (text === null) return;
    const field = this.#paths[path];
    if (field === undefined) {
      if (path === this.#paths.length) this.#key = text;
      else this.#value = text;
    } else if (field.inAction === true) {
      if (isName(text)) this.#action = named(this.#action, field.as, text);
    } else
      for (const [name, value] of field.read?.(text) ?? [[field.as, text] as const]) this.#say(name, value);
  }

  #say(name: string, value: string): void {
    if (isName(value)) this.#origin = named(this.#origin, name, value);
  }

  #pairEnd(): void {
    const { names } = this.#pairs!;
    if (this.#key !== null && this.#value !== null && names.has(this.#key)) this.#say(this.#key, this.#value);
    this.#key = null;
    this.#value = null;
  }

  #recordEnd(action: boolean): void {
    if (action) this.#origin = this.#action;
    this.#tell();
    this.#carried = action ? this.#action : null;
    this.#origin = null;
    this.#action = null;
    this.#key = null;
    this.#value = null;
  }

  /** Moves the findings so far to where the caller drains them. */
  #tell(): void {
    const from = this.#redactor.findings;
    if (from.length === 0) return;
    for (let i = 0; i < from.length; i++) this.findings.push(from.rule(i), from.spelling(i), from.bytes(i));
    from.clear();
    this.origins.tell(this.findings.length, this.#told());
  }

  #told(): Origin | null {
    const said = this.#said.length === 0 ? null : this.#guard.of(this.#said);
    if (said === null && this.#carried === null && this.#origin === null) return null;
    return { ...said, ...this.#carried, ...this.#origin };
  }
}

/** `origin` with one part more, unless it has that already. Without a prototype: `__proto__` is a name like others. */
function named(origin: Named | null, name: string, value: string): Named {
  const more = origin ?? (Object.create(null) as Named);
  if (!Object.hasOwn(more, name)) more[name] = value;
  return more;
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
