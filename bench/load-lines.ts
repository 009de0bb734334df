import { writeLogs } from './haystacks.ts';

/** One line in so many leaks. */
export const LOAD_LEAK_EVERY = 1000;
const LINES = 20_000;

/** Log lines to be sent over and over, each ending in LF; the last of every thousand leaks one of `values`. */
export class LoadLines {
  readonly count = LINES;
  readonly #bytes: Buffer;
  /** Where each line begins, and the end. */
  readonly #starts: Uint32Array;

  constructor(values: readonly string[]) {
    this.#starts = new Uint32Array(LINES + 1);
    let line = 0;
    let at = 0;
    const { bytes } = writeLogs(8_000_000, {
      seed: 21,
      every: LOAD_LEAK_EVERY,
      plant: (nth) => values[nth % values.length]!,
      frame: (text) => {
        const whole = `${text.replaceAll('\n', ' ')}\n`;
        at += whole.length;
        if (line < LINES) this.#starts[++line] = at;
        return whole;
      },
    });
    this.#bytes = bytes;
  }

  /** The bytes of lines `[from, to)`, which do not go round the end. */
  slice(from: number, to: number): Buffer {
    return this.#bytes.subarray(this.#starts[from], this.#starts[to]);
  }
}
