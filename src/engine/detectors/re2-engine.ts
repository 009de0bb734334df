import { createRequire } from 'node:module';

/** What we use of re2-wasm 1.0.2: its own wrapper object, for `replace`, `split` and global matches are unsafe. */
interface WrappedRe2 {
  match(
    input: string,
    start: number,
    wantGroups: boolean,
  ): { index: number; match: string; groups: (string | undefined)[] };
  delete(): void;
}

interface Re2Instance {
  readonly wrapper: WrappedRe2;
  readonly namedGroups: Readonly<Record<string, number>>;
}

type Re2Constructor = new (pattern: string, flags: string) => Re2Instance;

/**
 * Live patterns at most. The WASM heap is 16 MiB and never grows; about 2,345 small patterns abort it,
 * and DFAs of heavy ones take megabytes.
 */
export const MAX_RE2_PATTERNS = 500;
/** Longest input of one match, in bytes. */
export const MAX_RE2_WINDOW = 4096;

const require = createRequire(import.meta.url);

let engine: Re2Constructor | null = null;
let generation = 0;
let live = 0;

/** Thrown when the WASM instance is dead; a new one is loaded on the next use. */
export class Re2Abort extends Error {}

function load(): Re2Constructor {
  engine ??= (require('re2-wasm') as { RE2: Re2Constructor }).RE2;
  return engine;
}

/** Forgets the instance, so that the next use loads a fresh one with an empty heap. */
function abandon(): void {
  for (const path of Object.keys(require.cache)) {
    if (/[\\/]re2-wasm[\\/]/.test(path)) delete require.cache[path];
  }
  engine = null;
  generation++;
}

/** What a forgotten pattern leaves on the WASM heap: the collector of JavaScript knows nothing of it. */
const forgotten = new FinalizationRegistry<{ instance: Re2Instance; generation: number }>((left) => {
  if (left.generation === generation) left.instance.wrapper.delete();
  live--;
});

/** A pattern in re2-wasm; compiled again by itself after an abort. */
export class Re2Pattern {
  readonly #source: string;
  readonly #held: { instance: Re2Instance; generation: number };

  /** @throws SyntaxError when RE2 refuses the pattern @throws RangeError past MAX_RE2_PATTERNS */
  constructor(source: string) {
    if (live >= MAX_RE2_PATTERNS) {
      throw new RangeError(`more than ${MAX_RE2_PATTERNS} patterns for re2-wasm; merge some of them`);
    }
    this.#source = source;
    this.#held = { instance: this.#build(), generation };
    live++;
    forgotten.register(this, this.#held, this);
  }

  /**
   * First match at `start` or behind it: only the text of `input`, one char a byte (latin1).
   * @throws Re2Abort when WASM aborts
   */
  match(
    input: string,
    start: number,
  ): { index: number; match: string; groups: (string | undefined)[] } | null {
    if (this.#held.generation !== generation) {
      this.#held.instance = this.#build();
      this.#held.generation = generation;
    }
    try {
      const match = this.#held.instance.wrapper.match(input, start, true);
      return match.index < 0 ? null : match;
    } catch {
      // Whatever it says may hold the input: nothing of it is told.
      abandon();
      throw new Re2Abort('re2-wasm aborted');
    }
  }

  /** Number of the group, from 1; undefined when there is none. */
  group(name: string): number | undefined {
    return this.#held.instance.namedGroups[name];
  }

  /** Frees the pattern's part of the WASM heap; it cannot be used any more. */
  free(): void {
    if (this.#held.generation === generation) this.#held.instance.wrapper.delete();
    forgotten.unregister(this);
    live--;
  }

  #build(): Re2Instance {
    const Re2 = load();
    try {
      return new Re2(this.#source, 'u');
    } catch (error) {
      if (error instanceof SyntaxError) throw error;
      abandon();
      throw new Re2Abort('re2-wasm aborted while it compiled a pattern');
    }
  }
}
