import type { Chance } from '../support/generate-random.ts';

/** What a field holds: a text, other bytes, a number of one wire type, or a message. */
type Kind = 'text' | 'bytes' | 'varint' | 'fixed64' | 'fixed32' | (() => MessageSpec);
/** By field number. */
export type MessageSpec = Readonly<Record<number, Kind>>;

// Written from the .proto files, apart from src/formats/protobuf-schemas.ts.
const anyValue: MessageSpec = {
  1: 'text',
  2: 'varint',
  3: 'varint',
  4: 'fixed64',
  5: () => ({ 1: () => anyValue }),
  6: () => ({ 1: () => keyValue }),
  7: 'text',
};
const keyValue: MessageSpec = { 1: 'text', 2: () => anyValue };
const entityRef: MessageSpec = { 1: 'text', 2: 'text', 3: 'text', 4: 'text' };
const resource: MessageSpec = { 1: () => keyValue, 2: 'varint', 3: () => entityRef };
const scope: MessageSpec = { 1: 'text', 2: 'text', 3: () => keyValue, 4: 'varint' };
const logRecord: MessageSpec = {
  1: 'fixed64',
  2: 'varint',
  3: 'text',
  5: () => anyValue,
  6: () => keyValue,
  7: 'varint',
  8: 'fixed32',
  9: 'bytes',
  10: 'bytes',
  11: 'fixed64',
  12: 'text',
};
const scopeLogs: MessageSpec = { 1: () => scope, 2: () => logRecord, 3: 'text' };

/** ExportLogsServiceRequest of OTLP. */
export const OTLP_SPEC: MessageSpec = { 1: () => ({ 1: () => resource, 2: () => scopeLogs, 3: 'text' }) };

const labelPair: MessageSpec = { 1: 'text', 2: 'text' };
const entry: MessageSpec = {
  1: () => ({ 1: 'varint', 2: 'varint' }),
  2: 'text',
  3: () => labelPair,
  4: () => labelPair,
};

/** PushRequest of Loki. */
export const LOKI_SPEC: MessageSpec = { 1: () => ({ 1: 'text', 2: () => entry, 3: 'varint' }) };

const WIRES = { text: 2, bytes: 2, varint: 0, fixed64: 1, fixed32: 5 } as const;
/** Numbers from here on are no field of any message: they must come through as they are. */
const UNKNOWN = 1000;
const DEEPEST = 9;

export interface Leaf {
  /** Field numbers from the top, with the wire type of the last: `1.2.2:2`. */
  readonly path: string;
  readonly text: boolean;
  readonly bytes: Buffer;
}

/** A random message of the spec; every text comes from `text`. */
export function drawProtobuf(spec: MessageSpec, chance: Chance, text: () => Buffer, depth = 0): Buffer {
  const numbers = Object.keys(spec).map(Number);
  const parts = Array.from({ length: chance.between(depth === 0 ? 1 : 0, depth === 0 ? 3 : 4) }, () => {
    if (chance.oneIn(12)) return drawUnknown(chance);
    const number = chance.pick(numbers);
    const kind = spec[number]!;
    if (typeof kind !== 'function') return element(number, WIRES[kind], content(kind, chance, text), chance);
    const inner = depth > DEEPEST ? Buffer.alloc(0) : drawProtobuf(kind(), chance, text, depth + 1);
    return element(number, 2, inner, chance);
  });
  return Buffer.concat(parts);
}

function drawUnknown(chance: Chance): Buffer {
  const kind = chance.pick(['bytes', 'varint', 'fixed64', 'fixed32'] as const);
  const number = UNKNOWN + chance.below(5_000);
  return element(
    number,
    WIRES[kind],
    content(kind, chance, () => Buffer.alloc(0)),
    chance,
  );
}

function content(kind: keyof typeof WIRES, chance: Chance, text: () => Buffer): Buffer {
  if (kind === 'text') return text();
  if (kind === 'bytes') return chance.bytes(chance.below(20));
  if (kind === 'varint') return varint(chance.below(2 ** 31), chance);
  return chance.bytes(kind === 'fixed64' ? 8 : 4);
}

function element(number: number, wire: number, bytes: Buffer, chance: Chance): Buffer {
  const tag = varint(number * 8 + wire, chance);
  return Buffer.concat(wire === 2 ? [tag, varint(bytes.length, chance), bytes] : [tag, bytes]);
}

/** Sometimes longer than it need be, which the encoding allows. */
function varint(value: number, chance: Chance): Buffer {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) | 0x80);
  if (!chance.oneIn(20)) return Buffer.from([...out, rest]);
  return Buffer.from([...out, rest | 0x80, 0]);
}

/** Everything in a message but its lengths, in order; null when it is none. */
export function protobufLeaves(bytes: Buffer, spec: MessageSpec, at = ''): Leaf[] | null {
  const leaves: Leaf[] = [];
  for (let from = 0; from < bytes.length; ) {
    const tag = readVarint(bytes, from);
    if (tag === null) return null;
    const [number, wire] = [Math.floor(tag.value / 8), tag.value % 8];
    const length = wire === 2 ? readVarint(bytes, tag.end) : null;
    const start = length === null ? tag.end : length.end;
    const end = endOf(bytes, wire, start, length?.value ?? -1);
    if (end === null || end > bytes.length) return null;
    const kind = spec[number];
    const path = `${at}${number}`;
    const inner = bytes.subarray(start, end);
    if (typeof kind === 'function' && wire === 2) {
      const children = protobufLeaves(inner, kind(), `${path}.`);
      if (children === null) return null;
      leaves.push({ path, text: false, bytes: Buffer.alloc(0) }, ...children);
    } else leaves.push({ path: `${path}:${wire}`, text: kind === 'text' && wire === 2, bytes: inner });
    from = end;
  }
  return leaves;
}

function endOf(bytes: Buffer, wire: number, start: number, length: number): number | null {
  if (wire === 0) return readVarint(bytes, start)?.end ?? null;
  if (wire === 1) return start + 8;
  if (wire === 5) return start + 4;
  return wire === 2 && length >= 0 ? start + length : null;
}

function readVarint(bytes: Buffer, at: number): { value: number; end: number } | null {
  let value = 0;
  for (let i = 0; i < 10 && at + i < bytes.length; i++) {
    value += (bytes[at + i]! & 0x7f) * 2 ** (7 * i);
    if (bytes[at + i]! < 0x80) return { value, end: at + i + 1 };
  }
  return null;
}
