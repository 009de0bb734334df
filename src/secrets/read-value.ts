import type { BigIntStats } from 'node:fs';
import { constants } from 'node:fs';
import { type FileCalls, POOLED } from './file-calls.ts';

/** The largest value that is taken from one file; of a longer one, the first MiB. */
export const MAX_VALUE_BYTES = 1024 * 1024;
/** First guess for files that do not tell their size (procfs, FUSE). */
const UNSIZED = 4096;

export interface ReadValue {
  /** Exactly the value, in memory of its own; the caller wipes it. */
  readonly bytes: Uint8Array;
  /** The file goes on behind `MAX_VALUE_BYTES`. */
  readonly truncated: boolean;
  /** See `markOf`; taken before the first byte was read. */
  readonly mark: string;
}

export class NotAFileError extends Error {
  readonly code = 'ENOTFILE';
}

/** What changes when a file or directory changes: identity, size and times. */
export function markOf(stat: BigIntStats): string {
  return `${stat.dev}:${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
}

/**
 * Reads one regular file into memory that nobody shares, leaving no copy elsewhere (`readFile` would: it grows
 * by concatenation). A FIFO or a device is refused and never waited for.
 * @throws NotAFileError, or a system error with its `code`.
 */
export async function readValue(path: string, calls: FileCalls = POOLED): Promise<ReadValue> {
  const file = await calls.open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  let buffer: Uint8Array | null = null;
  try {
    const stat = await calls.stat(file, { bigint: true });
    if (!stat.isFile()) throw new NotAFileError('not a regular file');
    const limit = MAX_VALUE_BYTES + 1;
    buffer = own(Math.min(limit, Number(stat.size) + 1 || UNSIZED));
    let length = 0;
    for (;;) {
      if (length === buffer.length) {
        if (length === limit) break;
        const larger = own(Math.min(limit, Math.max(UNSIZED, length * 2)));
        larger.set(buffer);
        buffer.fill(0);
        buffer = larger;
      }
      const { bytesRead } = await calls.read(file, buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
      // As long as the file said it is, and shorter than was asked: the end, without asking once more.
      if (length < buffer.length && length === Number(stat.size)) break;
    }
    const kept = Math.min(length, MAX_VALUE_BYTES);
    const bytes = own(kept);
    bytes.set(buffer.subarray(0, kept));
    return { bytes, truncated: length > MAX_VALUE_BYTES, mark: markOf(stat) };
  } finally {
    buffer?.fill(0);
    await calls.close(file);
  }
}

function own(size: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(size));
}
