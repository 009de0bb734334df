import type { Output } from '../engine/output.ts';

/** Replacements within one line, ascending and disjoint: `[starts[i], ends[i])` becomes `bytes[i]`. Reused. */
export class Cuts {
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly bytes: Uint8Array[] = [];

  get length(): number {
    return this.starts.length;
  }

  push(start: number, end: number, bytes: Uint8Array): void {
    this.starts.push(start);
    this.ends.push(end);
    this.bytes.push(bytes);
  }

  clear(): void {
    this.starts.length = 0;
    this.ends.length = 0;
    this.bytes.length = 0;
  }
}

/** Appends `bytes[from, to)` with the cuts applied that begin in it; cut offsets count from `origin`. */
export function appendCut(
  bytes: Uint8Array,
  range: { from: number; to: number; origin: number },
  cuts: Cuts,
  out: Output,
): void {
  let at = range.from;
  for (let i = 0; i < cuts.length; i++) {
    const start = range.origin + cuts.starts[i]!;
    if (start < range.from || start > range.to) continue;
    if (start > at) out.append(bytes, at, start);
    out.append(cuts.bytes[i]!, 0, cuts.bytes[i]!.length);
    at = Math.max(at, range.origin + cuts.ends[i]!);
  }
  if (at < range.to) out.append(bytes, at, range.to);
}
