import type { Matcher } from '../../src/engine/matcher.ts';
import type { FormatName } from '../../src/formats/format.ts';
import { cutInto } from './generate-cuts.ts';
import { expectNone } from './oracle-report.ts';
import { redactChunks } from './redact-stream.ts';

/** An input made of one piece over and over, `size` bytes long. */
export const fill = (piece: string, size: number): Buffer =>
  Buffer.from(piece.repeat(Math.ceil(size / piece.length)).slice(0, size));

export interface LinearCase {
  readonly matcher: Matcher;
  readonly format: FormatName;
  /** The input of about `size` bytes. */
  readonly make: (size: number) => Buffer;
  /** Bytes of the smaller input. */
  readonly size: number;
  /** Bytes a chunk. */
  readonly pieces?: number;
}

const TIMES = 4;
/** Milliseconds that a busy machine may add. */
const SLACK_MS = 60;

/**
 * Four times the bytes may cost eight times the CPU time and a slack; a quadratic path costs sixteen
 * times. Three tries, because a neighbour's load shows in CPU time too.
 */
export function expectLinear({ matcher, format, make, size, pieces = 64 * 1024 }: LinearCase): void {
  const cpuMs = (input: Buffer): number => {
    const chunks = cutInto(input, pieces);
    const start = process.cpuUsage();
    redactChunks(matcher, chunks, format);
    const used = process.cpuUsage(start);
    return (used.user + used.system) / 1_000;
  };
  const [small, large] = [make(size), make(size * TIMES)];
  cpuMs(small);
  const told: string[] = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    const one = Math.min(cpuMs(small), cpuMs(small));
    const four = cpuMs(large);
    if (four <= one * 2 * TIMES + SLACK_MS) return;
    told.push(`${one.toFixed(0)} ms -> ${four.toFixed(0)} ms`);
  }
  expectNone(told);
}
