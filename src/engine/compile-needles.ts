import { nearNeedles } from './near.ts';
import { buildNeedleTables, type NeedleTables } from './needle-tables.ts';
import { NEAR_VARIANTS, spell } from './variants/index.ts';
import type { Needle } from './variants/variant.ts';

/** What is sought of the known values: plain data that can go from one thread to another. */
export interface CompiledNeedles {
  readonly tables: NeedleTables;
  /** Needles in all. */
  readonly count: number;
  /** Some value is met only when white space is folded. */
  readonly whitespace: boolean;
}

/**
 * Spells every value and builds the tables; the cost is linear in the bytes of all spellings. No spelling
 * is left behind outside the tables.
 * @param near seek near misses too
 * @param sorted false: a start need not wait until the pieces are in order
 */
export function compileNeedles(values: readonly Uint8Array[], near: boolean, sorted = true): CompiledNeedles {
  let count = 0;
  function* counted(): Generator<Needle> {
    for (const needle of needlesOf(values, near)) {
      count++;
      yield needle;
    }
  }
  const tables = buildNeedleTables(counted(), sorted);
  return { tables, count, whitespace: values.some(needsFolding) };
}

function* needlesOf(values: readonly Uint8Array[], near: boolean): Generator<Needle> {
  for (let secret = 0; secret < values.length; secret++) {
    const spelt = spell(values[secret]!, secret);
    for (const needle of spelt) if (near || !NEAR_VARIANTS.has(needle.variant)) yield needle;
    // Only now: spellings of one value may share memory with each other.
    for (const { bytes } of spelt) bytes.fill(0);
  }
  if (near) yield* nearNeedles(values);
}

/** A value of several lines, none of them long enough to be sought alone. JSON documents have their leaves instead. */
function needsFolding(value: Uint8Array): boolean {
  let longest = 0;
  let line = 0;
  let lines = 0;
  for (const byte of value) {
    if (byte === 10 || byte === 13) {
      if (line > 0) lines++;
      line = 0;
    } else longest = Math.max(longest, ++line);
  }
  if (line > 0) lines++;
  return lines > 1 && longest < 8;
}
