/** A contestant found another number than was planted: whatever its speed, the run fails. */
export class WrongCountError extends Error {
  readonly code = 'E_BENCH_COUNT';

  constructor(who: string, found: number, planted: number) {
    super(`${who} found ${found} where ${planted} stand; its speed was not counted.`);
  }
}

/** @throws WrongCountError */
export function checkCount(who: string, found: number, planted: number): void {
  if (found !== planted) throw new WrongCountError(who, found, planted);
}
