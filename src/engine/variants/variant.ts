/**
 * One spelling of a secret that is sought as exact bytes. Spellings that only escape characters (JSON, C,
 * percent, HTML/XML entities, ANSI colours) are not variants: the engine undoes them in a view of the
 * haystack (`engine/views/`) and seeks the plain needle there, so any mix of escapes is covered.
 */
export interface Variant {
  /** The config word, the file's name, and what the ledger calls the spelling. */
  readonly name: string;
  /** One sentence for the reference. */
  readonly doc: string;
  /** The spellings of `value`, none shorter than the caller can use; may return the value's own memory. */
  encode(value: Uint8Array): Uint8Array[];
}

/** Exact bytes sought, and what they stand for. */
export interface Needle {
  readonly bytes: Uint8Array;
  /** Index of the secret in the list the matcher was compiled from. */
  readonly secret: number;
  /** Index into the register of variants (`variants/index.ts`). */
  readonly variant: number;
}
