import { gunzipSync, gzipSync } from 'node:zlib';
import { decodeMulti, encode } from '@msgpack/msgpack';
import type { Chance } from '../support/generate-random.ts';

/** A leaf of messages of Fluent Forward: a text that may be redacted, or what must stay as it is. */
export interface ForwardLeaf {
  readonly path: string;
  readonly text: boolean;
  readonly bytes: Buffer;
}

/** One to three messages, each in one of the four modes (Forward Protocol Specification v1). */
export function drawForward(chance: Chance, text: () => string): Buffer {
  return Buffer.concat(Array.from({ length: chance.between(1, 3) }, () => drawMessage(chance, text)));
}

function drawMessage(chance: Chance, text: () => string): Buffer {
  const tag = chance.oneIn(3) ? text() : 'app.log';
  const entries = Array.from({ length: chance.between(1, 4) }, () => [
    chance.below(2 ** 31),
    drawRecord(chance, text, 0),
  ]);
  const option = { chunk: `c${chance.below(1e9)}`, size: entries.length };
  const packed = Buffer.concat(entries.map((entry) => encode(entry)));
  const messages: readonly (() => unknown)[] = [
    () => [tag, ...entries[0]!, { chunk: option.chunk }],
    () => [tag, entries, option],
    () => [tag, packed, option],
    () => [tag, gzipSync(packed), { ...option, compressed: 'gzip' }],
  ];
  return Buffer.from(encode(chance.pick(messages)()));
}

/** One key at most is a text of its own: two that are redacted alike would be one key. */
function drawRecord(chance: Chance, text: () => string, depth: number): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (let at = chance.between(1, 4); at > 0; at--) record[`k${at}`] = drawValue(chance, text, depth);
  if (chance.oneIn(4)) record[text()] = drawValue(chance, text, depth);
  return record;
}

function drawValue(chance: Chance, text: () => string, depth: number): unknown {
  const kinds: readonly (() => unknown)[] = [
    text,
    text,
    () => Buffer.from(text()),
    () => chance.pick([null, true, 0.5, -7, 2 ** 40]),
    () => (depth === 2 ? text() : drawRecord(chance, text, depth + 1)),
    () => (depth === 2 ? text() : [drawValue(chance, text, depth + 1), text()]),
  ];
  return chance.pick(kinds)();
}

/** All leaves in their order, keys among them; null when the bytes are no messages. */
export function forwardLeaves(bytes: Buffer): ForwardLeaf[] | null {
  const leaves: ForwardLeaf[] = [];
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'string' || value instanceof Uint8Array)
      leaves.push({ path, text: true, bytes: Buffer.from(value as string) });
    else if (Array.isArray(value)) for (const [at, item] of value.entries()) walk(item, `${path}/${at}`);
    else if (typeof value === 'object' && value !== null)
      for (const [at, [key, item]] of Object.entries(value).entries()) {
        walk(key, `${path}/${at}#`);
        walk(item, `${path}/${at}`);
      }
    else leaves.push({ path, text: false, bytes: Buffer.from(String(value)) });
  };
  try {
    for (const message of decodeMulti(bytes)) {
      const [tag, second, ...rest] = message as [string, unknown, ...unknown[]];
      const zipped = (rest[0] as { compressed?: string } | undefined)?.compressed === 'gzip';
      const entries =
        second instanceof Uint8Array ? [...decodeMulti(zipped ? gunzipSync(second) : second)] : second;
      walk([tag, entries, ...rest], '');
    }
  } catch {
    return null;
  }
  return leaves;
}
