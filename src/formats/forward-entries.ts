import type { Output } from '../engine/output.ts';
import { KUBERNETES, type Origin, type OriginList } from './body.ts';
import type { FieldRedactor } from './fields.ts';
import { type Head, memberOf } from './msgpack.ts';
import { appendEdited, type Edit, editedPayload, TextWalk } from './msgpack-texts.ts';
import { isName } from './origin-guard.ts';
import { textOf } from './text-of.ts';

/** What all entries of a message have in common. */
export interface Batch {
  readonly bytes: Uint8Array;
  /** What its tag says of where it comes from. */
  readonly origin: Origin;
  /** Metrics keep their numbers. */
  readonly isLog: boolean;
}

/** Redacts entries and tells where their findings come from. */
export class EntryRedactor {
  readonly #fields: FieldRedactor;
  readonly #origins: OriginList;

  constructor(fields: FieldRedactor, origins: OriginList) {
    this.#fields = fields;
    this.#origins = origins;
  }

  /**
   * `[time, record]`, or with metadata `[[time, metadata], record]` (Fluent Bit). What is neither, as its metrics
   * and traces, is redacted as it stands: whether it is an entry is upstream's to say.
   * @returns where it ends @throws BodyError malformed
   */
  redact(batch: Batch, at: number, out: Output): number {
    const walk = new TextWalk(batch.bytes, this.#fields, batch.isLog);
    const entry = walk.headAt(at);
    if (entry.kind !== 'array' || entry.items < 2) return this.redactRecord(batch, at, out);
    const record = addTime(walk, entry.content);
    let end = record;
    for (let i = 1; i < entry.items; i++) end = walk.add(end);
    return this.#append(batch, { walk, from: at, record, to: end }, out);
  }

  /** The record alone. @returns where it ends @throws BodyError malformed */
  redactRecord(batch: Batch, at: number, out: Output): number {
    const walk = new TextWalk(batch.bytes, this.#fields, batch.isLog);
    return this.#append(batch, { walk, from: at, record: at, to: walk.add(at) }, out);
  }

  #append(
    { bytes, origin }: Batch,
    { walk, from, record, to }: { walk: TextWalk; from: number; record: number; to: number },
    out: Output,
  ): number {
    const edits = walk.redact();
    appendEdited(bytes, { from, to }, edits, out);
    const { length } = this.#fields.findings;
    // Most records have no finding: they are not searched for names.
    if (length > this.#origins.length)
      this.#origins.tell(length, { ...origin, ...podOf(bytes, record, edits) });
    return to;
  }
}

export function isTime({ kind }: Head): boolean {
  return kind === 'int' || kind === 'float' || kind === 'ext';
}

/** A time is nobody's secret, and nothing else can stand in its place. @returns where it ends */
function addTime(walk: TextWalk, at: number): number {
  const time = walk.headAt(at);
  if (isTime(time)) return time.end;
  if (time.kind !== 'array' || time.items === 0) return walk.add(at);
  const inner = walk.headAt(time.content);
  let end = isTime(inner) ? inner.end : walk.add(time.content);
  for (let i = 1; i < time.items; i++) end = walk.add(end);
  return end;
}

function podOf(bytes: Uint8Array, record: number, edits: readonly Edit[]): Origin {
  const pod: Record<string, string> = {};
  const map = memberOf(bytes, record, 'kubernetes');
  if (map === null) return pod;
  for (const name of KUBERNETES) {
    const value = memberOf(bytes, map.start, name);
    const payload = value === null ? null : editedPayload(bytes, value, edits);
    const text = payload === null ? '' : textOf(payload);
    if (isName(text)) pod[`kubernetes.${name}`] = text;
  }
  return pod;
}
