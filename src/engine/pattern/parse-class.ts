import { PatternError } from './ast.ts';
import { addAll, addRange, type ByteSet, emptySet, foldCase, negate, setOf, WORD } from './byte-set.ts';

const POSIX: Record<string, readonly (readonly [number, number])[]> = {
  alnum: [
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x61, 0x7a],
  ],
  alpha: [
    [0x41, 0x5a],
    [0x61, 0x7a],
  ],
  ascii: [[0x00, 0x7f]],
  blank: [
    [0x09, 0x09],
    [0x20, 0x20],
  ],
  cntrl: [
    [0x00, 0x1f],
    [0x7f, 0x7f],
  ],
  digit: [[0x30, 0x39]],
  graph: [[0x21, 0x7e]],
  lower: [[0x61, 0x7a]],
  print: [[0x20, 0x7e]],
  punct: [
    [0x21, 0x2f],
    [0x3a, 0x40],
    [0x5b, 0x60],
    [0x7b, 0x7e],
  ],
  space: [
    [0x09, 0x0d],
    [0x20, 0x20],
  ],
  upper: [[0x41, 0x5a]],
  word: [
    [0x30, 0x39],
    [0x41, 0x5a],
    [0x5f, 0x5f],
    [0x61, 0x7a],
  ],
  xdigit: [
    [0x30, 0x39],
    [0x41, 0x46],
    [0x61, 0x66],
  ],
};

/** RE2's `\s`: tab, LF, FF, CR and space, without VT. */
const SPACE = setOf(0x09, 0x0a, 0x0c, 0x0d, 0x20);
const DIGIT = emptySet();
addRange(DIGIT, 0x30, 0x39);

const CONTROL: Record<string, number> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 };

/** The set of `\d \D \s \S \w \W`, or null for any other letter. */
export function perlClass(letter: string): ByteSet | null {
  const lower = letter.toLowerCase();
  const set = lower === 'd' ? DIGIT : lower === 's' ? SPACE : lower === 'w' ? WORD : null;
  if (set === null) return null;
  return letter === lower ? set : negate(set);
}

/**
 * Reads the escape of one byte at `at` (the backslash).
 * @returns the byte and the offset behind it
 * @throws PatternError when it is not an escape of one byte
 */
export function readEscapedByte(source: string, at: number): { byte: number; next: number } {
  const letter = source[at + 1];
  if (letter === undefined) throw new PatternError('a backslash ends the pattern', at);
  const control = CONTROL[letter];
  if (control !== undefined) return { byte: control, next: at + 2 };
  if (letter === 'x') {
    const hex = /^(?:\{([0-9A-Fa-f]{1,6})\}|([0-9A-Fa-f]{2}))/.exec(source.slice(at + 2, at + 12));
    if (hex === null) throw new PatternError('\\x needs two hexadecimal digits', at);
    const byte = Number.parseInt((hex[1] ?? hex[2])!, 16);
    if (byte > 255) throw new PatternError('patterns match bytes: at most \\xff', at);
    return { byte, next: at + 2 + hex[0].length };
  }
  if (/[0-9A-Za-z]/.test(letter)) throw new PatternError(`unknown escape \\${letter}`, at);
  const byte = letter.charCodeAt(0);
  if (byte > 0x7e) throw new PatternError('patterns are ASCII; write other bytes as \\xNN', at + 1);
  return { byte, next: at + 2 };
}

/**
 * Reads a bracketed class at `at` (the bracket).
 * @param fold ASCII letters stand for both cases
 * @throws PatternError with the place
 */
export function readClass(source: string, at: number, fold: boolean): { set: ByteSet; next: number } {
  const set = emptySet();
  let pos = at + 1;
  const negated = source[pos] === '^';
  if (negated) pos++;
  let first = true;
  while (first || source[pos] !== ']') {
    if (pos >= source.length) throw new PatternError('this [ is never closed', at);
    first = false;
    const whole = readNamed(source, pos);
    if (whole !== null) {
      addAll(set, whole.set);
      pos = whole.next;
      continue;
    }
    const low = readMember(source, pos);
    pos = low.next;
    let high = low.byte;
    if (source[pos] === '-' && source[pos + 1] !== undefined && source[pos + 1] !== ']') {
      if (readNamed(source, pos + 1) !== null) throw new PatternError('a range cannot end in a class', pos);
      const end = readMember(source, pos + 1);
      if (end.byte < low.byte) throw new PatternError('this range runs backwards', pos - 1);
      high = end.byte;
      pos = end.next;
    }
    addRange(set, low.byte, high);
  }
  const folded = fold ? foldCase(set) : set;
  return { set: negated ? negate(folded) : folded, next: pos + 1 };
}

/** `[:alpha:]`, `[:^alpha:]`, `\d` and their like at `pos`; null when there is none. */
function readNamed(source: string, pos: number): { set: ByteSet; next: number } | null {
  if (source[pos] === '\\') {
    const set = perlClass(source[pos + 1] ?? '');
    return set === null ? null : { set, next: pos + 2 };
  }
  const posix = /^\[:(\^?)([a-z]+):\]/.exec(source.slice(pos, pos + 14));
  if (posix === null) return null;
  const ranges = POSIX[posix[2]!];
  if (ranges === undefined) throw new PatternError(`unknown class [:${posix[2]}:]`, pos);
  const set = emptySet();
  for (const [low, high] of ranges) addRange(set, low, high);
  return { set: posix[1] === '^' ? negate(set) : set, next: pos + posix[0].length };
}

function readMember(source: string, pos: number): { byte: number; next: number } {
  if (source[pos] === '\\') return readEscapedByte(source, pos);
  const byte = source.charCodeAt(pos);
  if (!(byte <= 0x7e)) throw new PatternError('patterns are ASCII; write other bytes as \\xNN', pos);
  return { byte, next: pos + 1 };
}
