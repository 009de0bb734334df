import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Socket } from 'node:net';
import { hostname } from 'node:os';
import { endOf, type Head, memberOf, pack, payloadOf, wholeHeadAt } from '../formats/msgpack.ts';
import { textOf } from '../formats/text-of.ts';
import type { ListenerKeys, UpstreamKeys } from './forward-keys.ts';
import type { ObjectReader } from './object-reader.ts';
import type { Told } from './trouble-log.ts';

/**
 * Clients refuse a server that has their own host's name, as a proxy in the same pod would.
 * (Forward Protocol Specification v1, "Handshake messages"; fluentd, fluent-logger and @fluent-org/logger check it.)
 */
const NAME = `unleak.${hostname()}`;
const SALT_BYTES = 16;
const TRUE = 0xc3;
const FALSE = 0xc2;

/** Why a connection of Fluent Forward cannot go on; never holds what came. */
export class ForwardTrouble extends Error {
  readonly trouble: Told;

  constructor(trouble: Told, message: string) {
    super(message);
    this.name = 'ForwardTrouble';
    this.trouble = trouble;
  }
}

/**
 * The server's side: HELO, and PONG to the client's PING.
 * @returns false when the client left before it said anything, as a heartbeat does
 * @throws ForwardTrouble refused, after the client was told
 */
export async function admitClient(
  reader: ObjectReader,
  client: Socket,
  keys: ListenerKeys,
): Promise<boolean> {
  const nonce = randomBytes(SALT_BYTES);
  const authSalt = keys.users === null ? '' : randomBytes(SALT_BYTES);
  const helo = [pack('nonce'), pack(nonce), pack('auth'), pack(authSalt), pack('keepalive'), byte(TRUE)];
  client.write(Buffer.concat([byte(0x92), pack('HELO'), byte(0x83), ...helo]));
  const ping = await reader.next();
  if (ping === null) return false;
  const [word, host, salt, given, user, password, ...more] = textsOf(ping);
  const isPing = word !== undefined && word !== null && textOf(word) === 'PING' && more.length === 0;
  if (!isPing || !host || !salt || !given || !user || !password)
    throw new ForwardTrouble('refused', 'a client sent records before the handshake; give it the shared key');
  const knowsKey = same(given, digest(salt, host, nonce, keys.sharedKey));
  const why = knowsKey ? userTrouble(keys, { authSalt, user, password }) : 'shared key mismatch';
  const proof = why === null ? digest(salt, NAME, nonce, keys.sharedKey) : '';
  const pong = [byte(why === null ? TRUE : FALSE), pack(why ?? ''), pack(NAME), pack(proof)];
  client.write(Buffer.concat([byte(0x95), pack('PONG'), ...pong]));
  if (why !== null) throw new ForwardTrouble('refused', `a client was refused: ${why}`);
  return true;
}

function userTrouble(
  { users }: ListenerKeys,
  { authSalt, user, password }: { authSalt: Uint8Array | string; user: Uint8Array; password: Uint8Array },
): string | null {
  if (users === null) return null;
  const known = users.get(textOf(user));
  // Compared in any case: how long it takes does not tell which names are known.
  const fits = same(password, digest(authSalt, user, known ?? ''));
  return fits && known !== undefined ? null : 'username/password mismatch';
}

/**
 * The client's side: PING to upstream's HELO, and the proof in its PONG.
 * @throws ForwardTrouble
 */
export async function joinUpstream(
  reader: ObjectReader,
  upstream: Socket,
  keys: UpstreamKeys,
): Promise<void> {
  const helo = await answered(reader, 'HELO');
  const map = itemsOf(helo)[1];
  const nonce = map === undefined ? null : payloadIn(helo, map, 'nonce');
  if (map === undefined || nonce === null)
    throw new ForwardTrouble('busy', 'upstream sent a HELO without a nonce');
  const authSalt = payloadIn(helo, map, 'auth') ?? new Uint8Array(0);
  if (authSalt.length > 0 && keys.user === null)
    throw new ForwardTrouble('busy', 'upstream asks for a user; name it: upstream-user-file=FILE');
  const { name, password } = authSalt.length > 0 ? keys.user! : { name: '', password: '' };
  const salt = randomBytes(SALT_BYTES).toString('hex');
  const proof = digest(salt, NAME, nonce, keys.sharedKey);
  const userProof = name === '' ? '' : digest(authSalt, name, password);
  const ping = ['PING', NAME, salt, proof, name, userProof].map(pack);
  upstream.write(Buffer.concat([byte(0x96), ...ping]));
  const pong = await answered(reader, 'PONG');
  const [, result, , host, theirs] = itemsOf(pong);
  if (result === undefined || pong[result.start] !== TRUE)
    throw new ForwardTrouble('busy', 'upstream refused the shared key or the user');
  const their = [host, theirs].map((head) => (head === undefined ? null : payloadOf(pong, head)));
  if (!their[0] || !their[1] || !same(their[1], digest(salt, their[0], nonce, keys.sharedKey)))
    throw new ForwardTrouble('busy', 'upstream does not know the shared key');
}

/** The object that begins with `word`. */
async function answered(reader: ObjectReader, word: string): Promise<Buffer> {
  const object = await reader.next();
  if (object === null) throw new ForwardTrouble('busy', `upstream closed the connection in place of ${word}`);
  if (!beginsWith(object, word))
    throw new ForwardTrouble('busy', `upstream sent something else than ${word}`);
  return object;
}

/** Whether an object is a list with `word` ahead. @throws BodyError malformed */
export function beginsWith(object: Uint8Array, word: string): boolean {
  const [first] = textsOf(object);
  return first !== undefined && first !== null && textOf(first) === word;
}

function itemsOf(object: Uint8Array): Head[] {
  const list = wholeHeadAt(object, 0, object.length);
  const items: Head[] = [];
  if (list.kind !== 'array') return items;
  for (let at = list.content; items.length < list.items; at = endOf(object, at, object.length))
    items.push(wholeHeadAt(object, at, object.length));
  return items;
}

function textsOf(object: Uint8Array): (Uint8Array | null)[] {
  return itemsOf(object).map((head) => payloadOf(object, head));
}

function payloadIn(object: Uint8Array, map: Head, name: string): Uint8Array | null {
  const value = memberOf(object, map.start, name);
  return value === null ? null : payloadOf(object, value);
}

const byte = (value: number): Buffer => Buffer.from([value]);

function digest(...parts: readonly (string | Uint8Array)[]): string {
  return parts.reduce((hash, part) => hash.update(part), createHash('sha512')).digest('hex');
}

function same(given: Uint8Array, wanted: string): boolean {
  return given.length === wanted.length && timingSafeEqual(given, Buffer.from(wanted));
}
