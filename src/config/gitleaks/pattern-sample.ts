import type { Node } from '../../engine/pattern/ast.ts';
import { type ByteSet, members } from '../../engine/pattern/byte-set.ts';

/** How a sample is drawn: the same choices give the same template. */
export interface SampleChoice {
  /** Which alternative is taken, counted round. */
  readonly alternative: number;
  /** Letters and digits that a run of the secret has at least, where the pattern lets it. */
  readonly length: number;
  /** What may be left out is put in. */
  readonly full: boolean;
  /** `{{<}}` and `{{>}}` stand round the secret. */
  readonly marked: boolean;
  /** The secret's last run of two or more is one short: a near miss. */
  readonly short: boolean;
}

const ALNUM = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'];
/** Taken from a class of separators, the first that is in it. */
const SEPARATORS = '=: "_-./\'+,;@#%&?|()[]<>!*~^$`\\';

/** A template (engine/detectors/template.ts) of texts that the pattern matches, if what stands round them lets it. */
export function sampleOf(root: Node, choice: SampleChoice): string {
  const sampler = new Sampler(choice);
  return sampler.draw(root);
}

class Sampler {
  readonly #choice: SampleChoice;
  #inSecret = 0;
  #short: boolean;

  constructor(choice: SampleChoice) {
    this.#choice = choice;
    this.#short = choice.short;
  }

  draw(node: Node): string {
    switch (node.kind) {
      case 'empty':
      case 'assert':
        return '';
      case 'set':
        return drawSet(node.set, 1);
      case 'concat':
        return this.#row(node.items);
      case 'alternate':
        return this.draw(node.items[this.#choice.alternative % node.items.length]!);
      case 'secret': {
        this.#inSecret++;
        const inside = this.draw(node.item);
        this.#inSecret--;
        return this.#choice.marked ? `{{<}}${inside}{{>}}` : inside;
      }
      case 'repeat':
        return this.#repeat(node);
    }
  }

  /** From the back, so that the run that is one short is the last one. */
  #row(items: readonly Node[]): string {
    return items.reduceRight((text, item) => this.draw(item) + text, '');
  }

  #repeat({ item, min, max }: Node & { kind: 'repeat' }): string {
    const { full, length } = this.#choice;
    if (item.kind === 'set') {
      const opaque = this.#inSecret > 0 && alnumOf(item.set).length > 1;
      const least = full && max > min ? min + 1 : min;
      let count = opaque ? Math.min(max, Math.max(least, length)) : least;
      if (this.#short && opaque && min >= 2) {
        count = min - 1;
        this.#short = false;
      }
      return drawSet(item.set, count);
    }
    const count = full && max > min ? min + 1 : min;
    let text = '';
    for (let round = 0; round < count; round++) text = this.draw(item) + text;
    return text;
  }
}

function drawSet(set: ByteSet, count: number): string {
  if (count === 0) return '';
  const letters = alnumOf(set);
  const [first] = letters;
  if (first === undefined) return separator(set).repeat(count);
  const fold = new Set(letters.map((letter) => letter.toLowerCase())).size === 1;
  if (fold) return literal(letters.at(-1)!).repeat(count);
  return `{{[${ranges(letters)}]:${count}}}`;
}

function alnumOf(set: ByteSet): string[] {
  return ALNUM.filter((char) => set[char.charCodeAt(0)] === 1);
}

function separator(set: ByteSet): string {
  const found = [...SEPARATORS].find((char) => set[char.charCodeAt(0)] === 1);
  if (found !== undefined) return literal(found);
  const byte = members(set).find((each) => each < 0x80) ?? members(set)[0] ?? 0x20;
  return `{{[\\x${byte.toString(16).padStart(2, '0')}]:1}}`;
}

/** A character as a template has it: a brace could open or close a form. */
function literal(char: string): string {
  return char === '{' || char === '}' ? `{{[${char}]:1}}` : char;
}

function ranges(letters: readonly string[]): string {
  let out = '';
  for (let at = 0; at < letters.length; ) {
    let last = at;
    while (last + 1 < letters.length && letters[last + 1]!.charCodeAt(0) === letters[last]!.charCodeAt(0) + 1)
      last++;
    out += last - at < 2 ? letters.slice(at, last + 1).join('') : `${letters[at]}-${letters[last]}`;
    at = last + 1;
  }
  return out;
}
