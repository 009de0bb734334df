import { expect } from 'vitest';
import type { Running } from './running.ts';

export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Gives a process its input and waits for its end. Whatever went wrong, it is told in words, not in a stack. */
export async function toTheEnd(run: Running, input: string | Uint8Array = ''): Promise<Ended> {
  run.child.stdin?.end(input);
  const { code } = await run.ended;
  const ended = { code, out: run.stdout.toString(), err: run.stderr.toString() };
  expect(ended.err).not.toMatch(/E_INTERNAL|\n\s+at /);
  return ended;
}

/** How many lines of the log carry the code. */
export function linesWith(code: string, { err }: Ended): number {
  return err.split('\n').filter((line) => line.includes(code)).length;
}
