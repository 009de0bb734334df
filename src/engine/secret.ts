import { inspect } from 'node:util';

/** Where a secret value comes from, in words a person knows: names only, never bytes. */
export interface SecretOrigin {
  /** What labels and the ledger show, for example `shop-db/password`, `DATABASE_URL` or `api-token.txt`. */
  readonly name: string;
  /** The key inside the Secret (file name, variable name): short values are matched only next to it. */
  readonly key: string;
  /** Which part of the value this is: empty for the whole, else for example `url-password`. */
  readonly part: string;
}

/**
 * A known value with a name. The bytes have one door, `reveal()`; every other way to look at a Secret
 * (JSON, string, inspect) shows its name only. The bytes are copied into memory of their own (never a
 * slab shared with other buffers), so that `wipe()` leaves no copy behind.
 */
export class Secret {
  readonly #bytes: Uint8Array;
  readonly origin: SecretOrigin;

  /** @param bytes the value; it is copied, the caller wipes its own. */
  constructor(origin: SecretOrigin, bytes: Uint8Array) {
    this.#bytes = new Uint8Array(new ArrayBuffer(bytes.length));
    this.#bytes.set(bytes);
    this.origin = origin;
  }

  get name(): string {
    return this.origin.name;
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** The only way to the bytes: grep `.reveal(` to audit every use. Do not keep or decode what it gives. */
  reveal(): Uint8Array {
    return this.#bytes;
  }

  /** Overwrites the bytes; the Secret is useless after. */
  wipe(): void {
    this.#bytes.fill(0);
  }

  toJSON(): string {
    return `[secret ${this.origin.name}]`;
  }

  toString(): string {
    return this.toJSON();
  }

  [inspect.custom](): string {
    return this.toJSON();
  }
}
