/** Redacted bytes on their way out, in order, none twice, none left out. */
export interface Sink {
  /** For logs: `stdout`, `stderr`. */
  readonly name: string;
  /**
   * Writes all of `bytes`, which must not change until the promise settles. Slow until it fits: a full
   * pipe or disk is waited for. Rejects with a SinkError, after which the sink is of no more use.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** Stops waiting: a pending `write` rejects with E_SINK_GIVEN_UP unless it is done. */
  giveUp(): void;
}

export type SinkErrorCode = 'E_SINK_CLOSED' | 'E_SINK_FAILED' | 'E_SINK_GIVEN_UP';

/** Writing came to an end; `code` says why, `errno` is the system's word. */
export class SinkError extends Error {
  readonly code: SinkErrorCode;
  readonly errno: string;

  constructor(code: SinkErrorCode, sink: string, errno: string) {
    super(`${sink}: ${TEXT[code]} (${errno})`);
    this.name = 'SinkError';
    this.code = code;
    this.errno = errno;
  }
}

const TEXT: Readonly<Record<SinkErrorCode, string>> = {
  E_SINK_CLOSED: 'the reader is gone; nothing more was written',
  E_SINK_FAILED: 'cannot write; redacted bytes in hand were not written. Check where it leads',
  E_SINK_GIVEN_UP:
    'was asked to end while the output did not take what it had; the redacted bytes in hand were not written. Make room, or give the reader more time',
};

/** Something the sink waits out; told when it begins, when the wait doubles, and when it is over. */
export interface SinkTrouble {
  readonly sink: string;
  /** ENOSPC, EDQUOT, EIO ... */
  readonly errno: string;
  /** Bytes in hand that wait. */
  readonly waiting: number;
  /** Milliseconds until the next try; 0: it is over. */
  readonly retryMs: number;
}
