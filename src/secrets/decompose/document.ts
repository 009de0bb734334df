import type { Parts } from './parts.ts';

/** One kind of document that a Secret's value can be. */
export interface DocumentKind {
  /** The file's name; parts are named after it. */
  readonly name: string;
  /**
   * Gives the document's sensitive parts to `parts`, in time linear in the document. Bytes of another kind,
   * or malformed ones, give none. Works on bytes: a parser that needs strings says why.
   * @returns true when the document is of this kind for sure and no other kind need look at it
   */
  read(document: Uint8Array, parts: Parts): boolean;
}
