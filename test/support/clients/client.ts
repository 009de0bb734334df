/** A field's value, as structured loggers take it. */
export type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

/** One record to send: its name stands in `id` and nowhere else need it stand. */
export interface BenchRecord {
  readonly id: string;
  readonly text: string;
  readonly fields: { readonly [key: string]: Value };
}

/** Where to send. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** The HEC token or the shared key, where the protocol has one. */
  readonly token: string;
  /** Resolves when every record arrived: what a client waits for whose protocol never answers. */
  arrived(): Promise<void>;
}

/**
 * Sends with a real, unmodified client, as its documentation says, in the order given. Resolves when the
 * library says that everything was delivered, and rejects when it says that something was not.
 */
export type Send = (target: Target, records: readonly BenchRecord[]) => Promise<void>;

/** The list in pieces of `size`. */
export function pieces<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) =>
    list.slice(at * size, (at + 1) * size),
  );
}
