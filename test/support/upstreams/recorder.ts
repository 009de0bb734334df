/** One record as an upstream took it, whatever its protocol. */
export interface Received {
  /** The bench's own name for the record (`record-0007`), wherever in it it stands; null when it has none. */
  readonly id: string | null;
  /** The text, where the protocol has one text a record (a line, a string event). */
  readonly text: string | null;
  /** Everything the protocol says of the record, decoded: labels, metadata, resource and scope included. */
  readonly fields: unknown;
  /** The record's own bytes, out of every transport and content coding. */
  readonly raw: Buffer;
}

/** What every recording upstream offers. */
export interface Upstream {
  readonly port: number;
  /** In the order of arrival. */
  readonly received: readonly Received[];
  /** What was wrong with what came, in the order of arrival: reasons, never bytes of it. */
  readonly faults: readonly string[];
  /** Every byte that came, out of its content codings. */
  wire(): Buffer;
  /** Resolves once `count` records came; rejects at the first fault, and when the upstream is closed before. */
  until(count: number): Promise<void>;
  /** Stops listening and cuts every connection; what was received stays. */
  down(): Promise<void>;
  /** Listens again, on the same port. */
  up(): Promise<void>;
  /** Ends it: no connection and no listener is left. */
  close(): Promise<void>;
}

/** How an upstream misbehaves in one exchange (a request, a connection's message). */
export type Trouble =
  /** Reads the body, takes nothing, answers so. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfter?: number }
  /** Reads the body, takes nothing, never answers. */
  | { readonly kind: 'hang' }
  /** Resets the connection when more than `after` bytes of the body came, or the body ended. */
  | { readonly kind: 'reset'; readonly after: number }
  /** Answers so before it reads the body, which it then leaves unread. */
  | { readonly kind: 'early'; readonly status: number }
  /** Takes the records, then resets the connection in place of an answer: the sender must send again. */
  | { readonly kind: 'lost-answer' };

/** Which trouble exchange `n` (from 0) meets; null for none. */
export type Troubles = (exchange: number) => Trouble | null;

/** What listens below an upstream. */
export interface Edge {
  readonly port: number;
  up(): Promise<void>;
  down(): Promise<void>;
}

/** The upstream of a recorder and of what listens for it, which must be up. */
export function upstreamOf(recorder: Recorder, edge: Edge): Upstream {
  return {
    port: edge.port,
    received: recorder.received,
    faults: recorder.faults,
    wire: () => recorder.wire(),
    until: (count) => recorder.until(count),
    down: () => edge.down(),
    up: () => edge.up(),
    close: async () => {
      recorder.close();
      await edge.down();
    },
  };
}

const ID = /\brecord-\d+\b/g;

/** The record's name in a text, or null. */
export function idIn(text: string): string | null {
  return text.match(ID)?.[0] ?? null;
}

/** What came to one upstream. */
export class Recorder {
  readonly received: Received[] = [];
  readonly faults: string[] = [];
  readonly #wire: Buffer[] = [];
  readonly #waiting = new Set<() => void>();
  #closed = false;

  /** Appends a record; one that names two records is a fault, since records were mixed. */
  take(record: Omit<Received, 'id'>): void {
    const names = new Set(`${record.raw.toString()} ${JSON.stringify(record.fields)}`.match(ID));
    if (names.size > 1) this.fault('one record holds the names of two');
    this.received.push({ ...record, id: [...names][0] ?? null });
    this.#look();
  }

  fault(what: string): void {
    this.faults.push(what);
    this.#look();
  }

  /** Keeps decoded bytes for `wire`. */
  keep(bytes: Uint8Array): void {
    this.#wire.push(Buffer.from(bytes));
  }

  wire(): Buffer {
    return Buffer.concat(this.#wire);
  }

  until(count: number): Promise<void> {
    return new Promise((done, fail) => {
      const before = this.faults.length;
      const look = (): void => {
        const bad = this.faults.length > before;
        if (this.received.length < count && !bad && !this.#closed) return;
        this.#waiting.delete(look);
        if (bad) fail(new Error(`the upstream objects: ${this.faults.slice(before).join('; ')}`));
        else if (this.received.length >= count) done();
        else fail(new Error(`the upstream was closed with ${this.received.length} of ${count} records`));
      };
      this.#waiting.add(look);
      look();
    });
  }

  /** Nothing more will come: whoever waits is told. */
  close(): void {
    this.#closed = true;
    this.#look();
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of UTF-8 bytes, or null when they are none. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return strictUtf8.decode(bytes);
  } catch (cause) {
    if (cause instanceof TypeError) return null;
    throw cause;
  }
}

/** The parsed JSON of a text, or undefined when it is none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}

export type Json = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
