/** The package brings no types. Both throw on what is no block. */
declare module 'snappyjs' {
  /** @param maxLength a block that says it is longer throws */
  export function uncompress(bytes: Uint8Array, maxLength?: number): Uint8Array;
  export function compress(bytes: Uint8Array): Uint8Array;
}
