import { createRequire } from 'node:module';
import { captureHeads, HEAD_PREFIX } from '../../../src/engine/detectors/re2-groups.ts';

/** Places in the text, one char a byte. */
export interface Places {
  start: number;
  end: number;
  secretStart: number;
  secretEnd: number;
}

interface Wrapped {
  index: number;
  match: string;
  groups: (string | undefined)[];
}

const { RE2 } = createRequire(import.meta.url)('re2-wasm') as {
  RE2: new (
    source: string,
    flags: string,
  ) => {
    wrapper: { match(input: string, start: number, groups: boolean): Wrapped; delete(): void };
    namedGroups: Record<string, number>;
  };
};

/** RE2 on latin1 text; frees its pattern with `free`. */
export class Re2Oracle {
  readonly #re2;
  readonly #heads: number;
  readonly #group: string;

  /** @param group whose place is told */
  constructor(source: string, group = 'secret') {
    const captured = captureHeads(source, group);
    this.#group = group;
    this.#re2 = new RE2(captured.source, 'u');
    this.#heads = captured.heads;
  }

  find(text: string): Places | null {
    const found = this.#re2.wrapper.match(text, 0, true);
    if (found.index < 0) return null;
    const group = (name: string): string | undefined => found.groups[this.#re2.namedGroups[name]! - 1];
    const secret = group(this.#group);
    let offset = found.index;
    for (let head = 0; head < this.#heads; head++) offset += group(`${HEAD_PREFIX}${head}`)?.length ?? 0;
    return {
      start: found.index,
      end: found.index + found.match.length,
      secretStart: secret === undefined ? -1 : offset,
      secretEnd: secret === undefined ? -1 : offset + secret.length,
    };
  }

  free(): void {
    this.#re2.wrapper.delete();
  }
}
