/**
 * Bytes of a secret that tell whether it looks random: more of them change little, and a flood of keywords would have
 * each value read to its end.
 */
export const LOOKED_AT = 1024;

/**
 * A test that a token carries in itself, such as a checksum. Pure and free of allocation in `verify`.
 * A check says how sure a finding is; it decides nothing unless the detector sets `checkGates`.
 */
export interface Check {
  /** The word in a detector file, and this file's name. */
  readonly name: string;
  readonly doc: string;
  /** True when the secret `[start, end)` passes. May be wrong either way on bytes that are no token. */
  verify(bytes: Uint8Array, start: number, end: number): boolean;
  /**
   * What to append to a minted body so that the token passes; null where nothing can be appended.
   * `verify(body + suffix(body))` holds for every body the token's alphabet allows.
   */
  readonly suffix: ((body: Uint8Array) => Uint8Array) | null;
}
