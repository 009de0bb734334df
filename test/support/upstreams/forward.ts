import { createHash, randomBytes } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { decode, ExtData, ExtensionCodec, encode } from '@msgpack/msgpack';
import { endOfObject } from './msgpack-cut.ts';
import { isObject, type Json, Recorder, type Troubles, type Upstream, upstreamOf } from './recorder.ts';
import { SocketListener } from './socket-listener.ts';

export interface ForwardOptions {
  /** A message's trouble: `hang` never acks, `reset` and `lost-answer` reset, `status` acks another chunk. */
  readonly troubles?: Troubles;
  /** Asks for the handshake. */
  readonly sharedKey?: string;
  /** With `sharedKey`: name -> password. */
  readonly users?: Readonly<Record<string, string>>;
}

const HOSTNAME = 'upstream.bench';

class BadMessage extends Error {}

/** EventTime is ext type 0 with 8 bytes, seconds and nanoseconds; it stays as it is on the wire. */
const extensionCodec = new ExtensionCodec();
extensionCodec.register({ type: 0, encode: () => null, decode: (data) => new ExtData(0, data) });

const unpack = (bytes: Uint8Array): unknown => decode(bytes, { extensionCodec });

function isTime(value: unknown): boolean {
  return (
    (Number.isInteger(value) && (value as number) >= 0) ||
    (value instanceof ExtData && value.data.length === 8)
  );
}

interface Entry {
  readonly time: unknown;
  readonly record: Json;
  readonly raw: Buffer;
}

function entryOf(value: unknown, raw: Buffer): Entry {
  if (!Array.isArray(value) || value.length !== 2 || !isTime(value[0]) || !isObject(value[1]))
    throw new BadMessage('an entry that is not [time, record]');
  return { time: value[0], record: value[1], raw };
}

/** The entries of a packed stream, back to back. */
function unpackEntries(packed: Buffer): Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < packed.length; ) {
    const end = endOfObject(packed, at);
    if (end === null) throw new BadMessage('a packed entry that is cut short');
    const raw = packed.subarray(at, end);
    entries.push(entryOf(unpack(raw), raw));
    at = end;
  }
  return entries;
}

/** What a message says, in whichever of the four modes. */
interface Message {
  readonly mode: 'Message' | 'Forward' | 'PackedForward' | 'CompressedPackedForward';
  readonly tag: string;
  readonly entries: readonly Entry[];
  readonly option: Json;
  /** Bytes of the packed entries as sent; null for the modes that pack nothing. */
  readonly packed: number | null;
}

/** Takes a message apart as the Forward protocol v1 has it. Throws BadMessage, or zlib's and msgpack's errors. */
function readMessage(value: unknown, raw: Buffer): Message {
  if (!Array.isArray(value) || typeof value[0] !== 'string') throw new BadMessage('a message without a tag');
  const [tag, second] = value as [string, unknown];
  if (isTime(second)) {
    const option = optionOf(value, 3);
    return { mode: 'Message', tag, entries: [entryOf(value.slice(1, 3), raw)], option, packed: null };
  }
  const option = optionOf(value, 2);
  if (Array.isArray(second)) {
    const entries = second.map((entry: unknown) =>
      entryOf(entry, Buffer.from(encode(entry, { extensionCodec }))),
    );
    return { mode: 'Forward', tag, entries, option, packed: null };
  }
  const bytes = typeof second === 'string' ? Buffer.from(second) : second;
  if (!(bytes instanceof Uint8Array)) throw new BadMessage('entries that are neither a list nor packed');
  const compressed = option.compressed === 'gzip';
  // node:zlib goes on through the members of a gzip file, as fluentd does.
  const entries = unpackEntries(compressed ? gunzipSync(bytes) : Buffer.from(bytes));
  return {
    mode: compressed ? 'CompressedPackedForward' : 'PackedForward',
    tag,
    entries,
    option,
    packed: bytes.length,
  };
}

function optionOf(value: readonly unknown[], at: number): Json {
  const option = value[at] ?? {};
  if (value.length > at + 1 || !isObject(option))
    throw new BadMessage('an option that is no map, or more behind it');
  const { chunk, size, compressed } = option;
  if (chunk !== undefined && typeof chunk !== 'string') throw new BadMessage('a chunk that is no string');
  if (size !== undefined && !Number.isInteger(size)) throw new BadMessage('a size that is no integer');
  if (compressed !== undefined && compressed !== 'gzip' && compressed !== 'text')
    throw new BadMessage('a compression that is not known');
  return option;
}

/** `size` counts the entries, says the protocol; fluent-logger (Node) writes the bytes of the packed ones. */
function sizeFits({ option, entries, packed }: Message): boolean {
  return option.size === undefined || option.size === entries.length || option.size === packed;
}

const digest = (...parts: readonly (string | Uint8Array)[]): string =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha512')).digest('hex');

/** One connection: its bytes, and whether it may send events yet. */
class Connection {
  readonly #socket: Socket;
  readonly #options: ForwardOptions;
  readonly #nonce = randomBytes(16);
  readonly #salt: Buffer;
  #held: Buffer = Buffer.alloc(0);
  #open: boolean;
  #broken = false;

  constructor(socket: Socket, options: ForwardOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#open = options.sharedKey === undefined;
    this.#salt = options.users === undefined ? Buffer.alloc(0) : randomBytes(16);
    if (!this.#open) this.#send(['HELO', { nonce: this.#nonce, auth: this.#salt, keepalive: true }]);
  }

  get held(): number {
    return this.#held.length;
  }

  /** Whatever comes after a bad message has no beginning any more: it is not looked at. */
  giveUp(): void {
    this.#broken = true;
    this.#held = Buffer.alloc(0);
  }

  /** The whole messages that `bytes` completes. */
  *messages(bytes: Buffer): Generator<Buffer> {
    if (this.#broken) return;
    this.#held = Buffer.concat([this.#held, bytes]);
    for (let end = endOfObject(this.#held, 0); end !== null; end = endOfObject(this.#held, 0)) {
      const raw = this.#held.subarray(0, end);
      this.#held = this.#held.subarray(end);
      yield raw;
    }
  }

  /** True when events may come; false when this message was the handshake's. Throws BadMessage when it fails. */
  admits(value: unknown): boolean {
    if (this.#open) return true;
    const { sharedKey = '', users } = this.#options;
    const fields = Array.isArray(value) ? (value as unknown[]) : [];
    if (fields.length !== 6 || fields[0] !== 'PING') throw new BadMessage('an event before the handshake');
    const [, host, salt, given, user, password] = fields as [
      string,
      string,
      string | Uint8Array,
      string,
      string,
      string,
    ];
    const known = users?.[user];
    const fits =
      given === digest(salt, host, this.#nonce, sharedKey) &&
      (users === undefined || (known !== undefined && password === digest(this.#salt, user, known)));
    this.#send([
      'PONG',
      fits,
      fits ? '' : 'mismatch',
      HOSTNAME,
      fits ? digest(salt, HOSTNAME, this.#nonce, sharedKey) : '',
    ]);
    if (!fits) throw new BadMessage('a handshake that does not fit the key');
    this.#open = true;
    return false;
  }

  ack(chunk: unknown): void {
    if (typeof chunk === 'string') this.#send({ ack: chunk });
  }

  #send(value: unknown): void {
    this.#socket.write(encode(value));
  }
}

export interface ForwardUpstream extends Upstream {
  /** The modes that came, one a message. */
  readonly modes: readonly Message['mode'][];
}

/** A fluentd `in_forward`. A record's fields are its tag and the record. */
export async function startForward(options: ForwardOptions = {}): Promise<ForwardUpstream> {
  const recorder = new Recorder();
  const modes: Message['mode'][] = [];
  let exchanges = 0;

  const take = (raw: Buffer, connection: Connection, socket: Socket): void => {
    const value = unpack(raw);
    if (!connection.admits(value)) return;
    const message = readMessage(value, raw);
    const trouble = options.troubles?.(exchanges++) ?? null;
    if (trouble?.kind === 'status') connection.ack('another chunk');
    if (trouble?.kind === 'reset' || trouble?.kind === 'early') socket.resetAndDestroy();
    if (trouble !== null && trouble.kind !== 'lost-answer') return;
    if (!sizeFits(message)) recorder.fault('a size that is not that of the entries');
    modes.push(message.mode);
    recorder.keep(raw);
    for (const { record, raw: entry } of message.entries) {
      recorder.keep(entry);
      recorder.take({ text: null, fields: { tag: message.tag, record }, raw: entry });
    }
    if (trouble !== null) socket.resetAndDestroy();
    else connection.ack(message.option.chunk);
  };

  const server = createServer((socket) => {
    const connection = new Connection(socket, options);
    socket.on('data', (bytes) => {
      try {
        for (const raw of connection.messages(bytes)) take(raw, connection, socket);
      } catch (cause) {
        if (!(cause instanceof Error)) throw cause;
        recorder.fault(cause instanceof BadMessage ? cause.message : 'a message that does not decode');
        connection.giveUp();
        socket.end();
      }
    });
    socket.on('end', () => {
      if (connection.held > 0) recorder.fault('a connection that ended inside a message');
    });
  });
  const listener = new SocketListener(server);
  await listener.up();
  return { ...upstreamOf(recorder, listener), modes };
}
