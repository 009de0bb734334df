import { type Assertion, concat, type Node, PatternError } from './ast.ts';
import { type ByteSet, foldCase, negate, setOf } from './byte-set.ts';
import { holdsSecret, minLength } from './measure.ts';
import { perlClass, readClass, readEscapedByte } from './parse-class.ts';

export interface Parsed {
  readonly root: Node;
  /** Whether the pattern has a group named `secret`, or `secret2` to `secret9`: one for each alternative. */
  readonly hasSecret: boolean;
}

/** Alternatives need a group each, and RE2 wants their names to differ. */
const SECRET_GROUP = /^secret[2-9]?$/;

interface Flags {
  fold: boolean;
  dotAll: boolean;
  multiline: boolean;
  ungreedy: boolean;
}

/** The sets of one byte, and of a letter in both cases: a pattern is full of them, and nobody writes to one. */
const SINGLETONS: ByteSet[] = [];

function singleton(byte: number, fold: boolean): ByteSet {
  const at = fold ? 256 + byte : byte;
  SINGLETONS[at] ??= fold ? foldCase(setOf(byte)) : setOf(byte);
  return SINGLETONS[at];
}

const NOT_LF = negate(setOf(10));
const ANY = negate(setOf());
/** Longest repetition of one byte; RE2 itself stops at 1,000. */
const MAX_REPEAT = 16_384;

/**
 * Reads RE2's syntax over bytes: no lookaround, no back references, no Unicode classes.
 * @throws PatternError that names what and where
 */
export function parsePattern(source: string): Parsed {
  return new PatternParser(source).parse();
}

class PatternParser {
  readonly #source: string;
  #pos = 0;
  readonly #secrets = new Set<string>();
  #flags: Flags = { fold: false, dotAll: false, multiline: false, ungreedy: false };

  constructor(source: string) {
    this.#source = source;
  }

  parse(): Parsed {
    const root = this.#alternatives();
    if (this.#pos < this.#source.length) throw new PatternError('this ) closes nothing', this.#pos);
    return { root, hasSecret: this.#secrets.size > 0 };
  }

  #alternatives(): Node {
    const items = [this.#row()];
    while (this.#source[this.#pos] === '|') {
      this.#pos++;
      items.push(this.#row());
    }
    return items.length === 1 ? items[0]! : { kind: 'alternate', items };
  }

  #row(): Node {
    const items: Node[] = [];
    while (this.#pos < this.#source.length) {
      const char = this.#source[this.#pos]!;
      if (char === '|' || char === ')') break;
      const from = this.#pos;
      const atom = this.#atom(char);
      if (atom !== null) items.push(this.#repeated(atom, from));
    }
    return concat(items);
  }

  /** One atom, or null for what stands for nothing, as `(?i)`. */
  #atom(char: string): Node | null {
    const at = this.#pos;
    switch (char) {
      case '(':
        return this.#group();
      case '[': {
        const read = readClass(this.#source, at, this.#flags.fold);
        this.#pos = read.next;
        return { kind: 'set', set: read.set };
      }
      case '.':
        this.#pos++;
        return { kind: 'set', set: this.#flags.dotAll ? ANY : NOT_LF };
      case '^':
        return this.#assert(this.#flags.multiline ? 'line-start' : 'text-start', 1);
      case '$':
        return this.#assert(this.#flags.multiline ? 'line-end' : 'text-end', 1);
      case '*':
      case '+':
      case '?':
        throw new PatternError(`nothing for ${char} to repeat`, at);
      case '\\':
        return this.#escape();
      default: {
        const byte = char.charCodeAt(0);
        if (byte > 0x7e) throw new PatternError('patterns are ASCII; write other bytes as \\xNN', at);
        this.#pos++;
        return this.#byte(byte);
      }
    }
  }

  #byte(byte: number): Node {
    return { kind: 'set', set: singleton(byte, this.#flags.fold) };
  }

  #assert(what: Assertion, length: number): Node {
    this.#pos += length;
    return { kind: 'assert', what };
  }

  #escape(): Node {
    const letter = this.#source[this.#pos + 1] ?? '';
    if (letter === 'A') return this.#assert('text-start', 2);
    if (letter === 'z') return this.#assert('text-end', 2);
    if (letter === 'b') return this.#assert('word', 2);
    if (letter === 'B') return this.#assert('not-word', 2);
    const set = perlClass(letter);
    if (set !== null) {
      this.#pos += 2;
      return { kind: 'set', set };
    }
    if (/[1-9]/.test(letter))
      throw new PatternError('back references cannot be matched in linear time', this.#pos);
    const read = readEscapedByte(this.#source, this.#pos);
    this.#pos = read.next;
    return this.#byte(read.byte);
  }

  #group(): Node | null {
    const at = this.#pos;
    const outer = { ...this.#flags };
    let name = '';
    if (this.#source[at + 1] === '?') {
      const head = /^\(\?(?:P?<([A-Za-z_]\w*)>|([imsU]*)(?:-([imsU]+))?([:)]))/.exec(this.#source.slice(at));
      if (head === null)
        throw new PatternError('this group is none of (?:..), (?i..), (?P<secret>..): no lookaround', at);
      this.#pos += head[0].length;
      if (head[1] !== undefined) name = head[1];
      else this.#setFlags(head[2]!, head[3] ?? '');
      if (head[4] === ')') return null;
    } else this.#pos++;
    const secret = SECRET_GROUP.test(name);
    if (secret && this.#secrets.has(name)) throw new PatternError(`a second group named ${name}`, at);
    if (secret) this.#secrets.add(name);
    const item = this.#alternatives();
    if (this.#source[this.#pos] !== ')') throw new PatternError('this ( is never closed', at);
    this.#pos++;
    this.#flags = outer;
    return secret ? { kind: 'secret', item } : item;
  }

  #setFlags(on: string, off: string): void {
    const flags = { ...this.#flags };
    for (const [letters, value] of [
      [on, true],
      [off, false],
    ] as const) {
      if (letters.includes('i')) flags.fold = value;
      if (letters.includes('s')) flags.dotAll = value;
      if (letters.includes('m')) flags.multiline = value;
      if (letters.includes('U')) flags.ungreedy = value;
    }
    this.#flags = flags;
  }

  #repeated(item: Node, from: number): Node {
    const at = this.#pos;
    const mark = /^(?:([*+?])|\{(\d{1,6})(,(\d{0,6}))?\})(\??)/.exec(this.#source.slice(at, at + 20));
    if (mark === null) return item;
    this.#pos += mark[0].length;
    const min = mark[1] === undefined ? Number(mark[2]) : mark[1] === '+' ? 1 : 0;
    let max = mark[1] === '?' ? 1 : Number.POSITIVE_INFINITY;
    if (mark[1] === undefined && mark[3] === undefined) max = min;
    else if (mark[4]) max = Number(mark[4]);
    const greedy = (mark[5] === '') !== this.#flags.ungreedy;
    this.#checkRepeat(item, { min, max, at, from });
    return min === 1 && max === 1 ? item : { kind: 'repeat', item, min, max, greedy };
  }

  #checkRepeat(item: Node, repeat: { min: number; max: number; at: number; from: number }): void {
    const { min, max, at, from } = repeat;
    const limit = item.kind === 'set' ? MAX_REPEAT : 1000;
    if (max < min) throw new PatternError('this repetition runs backwards', at);
    if (min > limit || (max !== Number.POSITIVE_INFINITY && max > limit)) {
      throw new PatternError(`repeats more than ${limit} times`, at);
    }
    if (/^[*+?]|^\{\d+(?:,\d*)?\}/.test(this.#source.slice(this.#pos))) {
      throw new PatternError('two repetitions in a row', this.#pos);
    }
    if (max > 1 && holdsSecret(item)) throw new PatternError('the group secret stands in a repetition', from);
    if (max === Number.POSITIVE_INFINITY && minLength(item) === 0) {
      throw new PatternError('repeats without end what may be empty', from);
    }
  }
}
