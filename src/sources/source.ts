/** Bytes as they arrived. */
export interface Batch {
  /** Valid until `ack()`: the source may reuse the memory after. */
  readonly bytes: Uint8Array;
  /**
   * Called once the bytes went out: a source with a checkpoint moves it now and never earlier.
   * No `read()` before the `ack()` of the batch in hand.
   */
  ack(): void;
}

/**
 * Bytes on their way in. It reads only when asked, so a slow sink is pressure on whoever writes to the
 * source, never memory here.
 */
export interface Source {
  /** For logs: `stdin`, or the child's `stdout` and `stderr`. */
  readonly name: string;
  /** The next bytes, at least one, or null at the end. Rejects with a SourceError. */
  read(): Promise<Batch | null>;
  /** Reads no more: a pending `read()` gives null, the descriptor is closed. */
  close(): void;
}

/** Reading failed; `errno` is the system's word, such as EIO or EISDIR. */
export class SourceError extends Error {
  readonly code = 'E_SOURCE_READ';
  readonly errno: string;

  constructor(source: string, errno: string) {
    super(
      `${source}: cannot read (${errno}); what was read before was redacted and passed on. ${advice(errno)}`,
    );
    this.name = 'SourceError';
    this.errno = errno;
  }
}

function advice(errno: string): string {
  if (errno === 'EISDIR') return 'It is a directory: give a file or a pipe.';
  return 'Check the file or the process on the other side.';
}
