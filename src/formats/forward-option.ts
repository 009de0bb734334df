import { BodyError } from './body.ts';
import { type Head, memberOf, numberOf, packCount, payloadOf } from './msgpack.ts';
import type { Edit } from './msgpack-texts.ts';
import { textOf } from './text-of.ts';

/** Clients name a message by 16 bytes in base64, or by a UUID; the names of those without an ack are kept. */
const MAX_CHUNK_BYTES = 1024;

/** What the last part of a message says of it. */
export interface ForwardOption {
  readonly compressed: boolean;
  /** Fluent Bit sends metrics and traces as well, and says so. */
  readonly isLog: boolean;
  readonly size: Head | null;
  /** The name that an ack repeats; null: the client wants none. */
  readonly chunk: Head | null;
}

/** How large the entries of a message were and are. */
export interface EntrySizes {
  readonly count: number;
  /** Bytes before and after, packed and, where that is different, unpacked. */
  readonly bytes: readonly (readonly [before: number, after: number])[];
}

const NO_OPTION: ForwardOption = { compressed: false, isLog: true, size: null, chunk: null };

/** @throws BodyError malformed */
export function readOption(message: Uint8Array, option: Head | undefined): ForwardOption {
  if (option === undefined || option.kind === 'nil') return NO_OPTION;
  if (option.kind !== 'map') throw new BodyError('malformed', 'a message has options that are no map');
  const read = (name: string): Head | null => {
    const value = memberOf(message, option.start, name);
    return value?.kind === 'nil' ? null : value;
  };
  const signal = read('fluent_signal');
  const chunk = read('chunk');
  if (chunk !== null) {
    const payload = payloadOf(message, chunk);
    if (payload === null || payload.length > MAX_CHUNK_BYTES)
      throw new BodyError('malformed', `a chunk is no text, or longer than ${MAX_CHUNK_BYTES} bytes`);
  }
  return {
    compressed: isCompressed(message, read('compressed')),
    isLog: signal === null || numberOf(message, signal) === 0,
    size: read('size'),
    chunk,
  };
}

/** fluent-logger (Node) writes `text` for none. */
function isCompressed(message: Uint8Array, compressed: Head | null): boolean {
  if (compressed === null) return false;
  const word = payloadOf(message, compressed);
  const name = word === null ? '' : textOf(word);
  if (name === 'gzip') return true;
  if (name === 'text') return false;
  throw new BodyError('malformed', 'entries are compressed in another way than gzip; set the client to gzip');
}

/**
 * `size` is the number of entries, and stays; fluent-logger (Node) writes the bytes of the packed ones, which
 * may have become others. Null: it stays.
 */
export function sizeEdit(
  message: Uint8Array,
  { size }: ForwardOption,
  { count, bytes }: EntrySizes,
): Edit | null {
  if (size === null) return null;
  const said = numberOf(message, size);
  const changed = bytes.find(([before]) => before === said);
  if (changed === undefined || said === count) return null;
  return { start: size.start, end: size.end, bytes: packCount(changed[1]) };
}
