import { CHECKS } from '../checks/index.ts';
import { members } from '../pattern/byte-set.ts';
import { readClass } from '../pattern/parse-class.ts';
import { TEXT_FORMS } from './template-forms.ts';

const UTF8 = new TextEncoder();

/** A minted example; `secret` is the marked span in bytes, or null when the template marks none. */
export interface Minted {
  readonly bytes: Uint8Array;
  readonly secret: { readonly start: number; readonly end: number } | null;
}

/** A template that cannot be read; `at` is the offset in it. */
export class TemplateError extends Error {
  readonly code = 'E_TEMPLATE';
  readonly at: number;

  constructor(message: string, at: number) {
    super(`${message} (character ${at + 1} of the template)`);
    this.name = 'TemplateError';
    this.at = at;
  }
}

/**
 * Mints an example. Tokens are drawn, never stored; the same seed draws the same.
 *
 * - `{{[class]:n}}`, `{{[class]:n-m}}`: n (to m) characters of a class
 * - `{{}}`: nothing, a joint that keeps a literal from looking live
 * - `{{+check}}`: the check's suffix for what was drawn since the last literal character
 * - `{{base64:..}}` and the other forms of template-forms.ts: the template inside, encoded
 * - `{{jwt}}`: a signed JWT; `{{jwt:..}}`: with the claims given
 * - `{{<}}` and `{{>}}`: the secret that must be found stands between them
 * @param seed `id#index`
 * @throws TemplateError
 */
export function mint(template: string, seed: string): Minted {
  const reader = new TemplateReader(template, draws(seed));
  const out = reader.read(false);
  return { bytes: Uint8Array.from(out), secret: reader.secret(out.length) };
}

/** mulberry32 over FNV-1a of the seed: numbers in [0, 1). */
function draws(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const char of seed) state = Math.imul(state ^ char.codePointAt(0)!, 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

class TemplateReader {
  readonly #source: string;
  readonly #draw: () => number;
  #pos = 0;
  #depth = 0;
  #start = -1;
  #end = -1;

  constructor(source: string, draw: () => number) {
    this.#source = source;
    this.#draw = draw;
  }

  secret(length: number): { start: number; end: number } | null {
    if (this.#start < 0 && this.#end < 0) return null;
    if (this.#start < 0 || this.#end <= this.#start || this.#end > length) {
      throw new TemplateError('{{<}} and {{>}} do not enclose anything', 0);
    }
    return { start: this.#start, end: this.#end };
  }

  /** Reads to the end, or when `inner`, to the `}}` that closes a form. */
  read(inner: boolean): number[] {
    const out: number[] = [];
    let drawn = 0;
    while (this.#pos < this.#source.length) {
      if (inner && this.#source.startsWith('}}', this.#pos)) return out;
      if (!this.#source.startsWith('{{', this.#pos)) {
        const char = String.fromCodePoint(this.#source.codePointAt(this.#pos)!);
        if (char.length === 1 && char <= '\x7f') out.push(char.charCodeAt(0));
        else out.push(...UTF8.encode(char));
        this.#pos += char.length;
        drawn = out.length;
        continue;
      }
      const before = out.length;
      const kind = this.#piece(out, drawn);
      if (kind === 'form') drawn = before;
    }
    if (inner) throw new TemplateError('a {{ is never closed', this.#source.length);
    return out;
  }

  #piece(out: number[], drawn: number): 'drawn' | 'form' {
    const at = this.#pos;
    this.#pos += 2;
    const next = this.#source[this.#pos];
    if (next === '[') this.#class(out);
    else if (next === '+') this.#suffix(out, drawn);
    else if (next === '<' || next === '>') {
      if (this.#depth > 0) throw new TemplateError('a mark stands inside a form', at);
      if (next === '<') this.#start = out.length;
      else this.#end = out.length;
      this.#pos++;
    } else if (next !== '}') {
      this.#form(out);
      this.#close(at);
      return 'form';
    }
    this.#close(at);
    return 'drawn';
  }

  #close(at: number): void {
    if (!this.#source.startsWith('}}', this.#pos)) throw new TemplateError('this {{ is not closed by }}', at);
    this.#pos += 2;
  }

  #class(out: number[]): void {
    const read = readClass(this.#source, this.#pos, false);
    const bytes = members(read.set);
    const size = /^:(\d{1,5})(?:-(\d{1,5}))?/.exec(this.#source.slice(read.next));
    if (size === null) throw new TemplateError('a class is followed by :n or :n-m', read.next);
    this.#pos = read.next + size[0].length;
    const least = Number(size[1]);
    const most = Number(size[2] ?? size[1]);
    const count = least + Math.floor(this.#draw() * (most - least + 1));
    for (let n = 0; n < count; n++) out.push(bytes[Math.floor(this.#draw() * bytes.length)]!);
  }

  #suffix(out: number[], drawn: number): void {
    const name = /^\+([a-z0-9-]+)/.exec(this.#source.slice(this.#pos));
    const check = name === null ? undefined : CHECKS.get(name[1]!);
    if (name === null || check === undefined || check.suffix === null) {
      throw new TemplateError(`no check with a suffix: ${name?.[1] ?? ''}`, this.#pos);
    }
    this.#pos += name[0].length;
    out.push(...check.suffix(Uint8Array.from(out.slice(drawn))));
  }

  #form(out: number[]): void {
    const name = /^([a-z0-9-]+)(:?)/.exec(this.#source.slice(this.#pos));
    const form = name === null ? undefined : TEXT_FORMS.get(name[1]!);
    if (name === null || form === undefined) {
      throw new TemplateError(`unknown form; there are ${[...TEXT_FORMS.keys()].join(', ')}`, this.#pos);
    }
    this.#pos += name[0].length;
    this.#depth++;
    const body = name[2] === ':' ? Uint8Array.from(this.read(true)) : null;
    this.#depth--;
    out.push(...form(body, this.#draw));
  }
}
