import { trimBlanks } from './trim.ts';

const LETTER = 1;
const DIGIT = 2;
/** Bytes of a name ahead of `:` or `=`, letters and digits apart: `_ . - /`. */
const NAME_MARK = 4;
const WIDE = 8;
const KIND = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return WIDE;
  const char = String.fromCharCode(byte);
  if (/[A-Za-z]/.test(char)) return LETTER;
  if (/[0-9]/.test(char)) return DIGIT;
  return /[_.\-/]/.test(char) ? NAME_MARK : 0;
});
/** A name longer than this is no name. */
const LONGEST_NAME = 64;
/** A value this long is worth seeking even if it holds no digit. */
const LONG_WORD = 16;
/** Fewer different bytes than this are a rule, a run of blanks or padding. */
const FEWEST_BYTES = 4;
const EXPORT = Buffer.from('export ');
const QUOTES_AND_COMMAS = new Set([0x22, 0x27, 0x2c, 0x20, 0x09]);

/** Begins and ends like a JSON object or array: a `{` followed by `"` or `}`, a `[` by a value. */
export function isJsonDocument(value: Uint8Array): boolean {
  const text = trimBlanks(value);
  const inner = trimBlanks(text.subarray(1))[0] ?? 0;
  if (text[0] === 0x7b) return text.at(-1) === 0x7d && (inner === 0x22 || inner === 0x7d);
  return (
    text[0] === 0x5b && text.at(-1) === 0x5d && '"{[]-0123456789tfn'.includes(String.fromCharCode(inner))
  );
}

/** `# text`, `// text`, `; text`, `#!`, `<!--`. A value may begin with `#` itself, so a space must follow. */
export function isComment(line: Uint8Array): boolean {
  const [first, second, third, fourth] = line;
  if (first === 0x23) return second === 0x20 || second === 0x21;
  if (first === 0x3b) return second === 0x20;
  if (first === 0x3c) return second === 0x21 && third === 0x2d && fourth === 0x2d;
  return first === 0x2f && second === 0x2f && third === 0x20;
}

/** Punctuation only, too few different bytes, `-----ARMOR-----`, `[section]` or `<tag>`. */
export function isStructure(line: Uint8Array): boolean {
  let telling = false;
  for (const byte of line) telling ||= (KIND[byte]! & (LETTER | DIGIT | WIDE)) !== 0;
  if (!telling || new Set(line.subarray(0, 4096)).size < FEWEST_BYTES) return true;
  const first = line[0];
  const last = line.at(-1);
  if (first === 0x5b && last === 0x5d) return isName(line.subarray(1, -1), true);
  if (first === 0x3c && last === 0x3e) return isName(trimSlash(line.subarray(1, -1)), false);
  return isArmor(line);
}

/**
 * The line reads `name: value` or `name = value`.
 * @param leastValue 0 for any value; else true only if the value is shorter than this or a plain word
 */
export function isAssignment(line: Uint8Array, leastValue: number): boolean {
  let at = line[0] === 0x2d && line[1] === 0x20 ? 2 : 0;
  if (EXPORT.every((byte, i) => line[at + i] === byte)) at += EXPORT.length;
  const quoted = line[at] === 0x22 || line[at] === 0x27;
  if (quoted) at++;
  const start = at;
  while (
    at < line.length &&
    at - start < LONGEST_NAME &&
    (KIND[line[at]!]! & (LETTER | DIGIT | NAME_MARK)) !== 0
  )
    at++;
  const first = KIND[line[start] ?? 0]!;
  if (at === start || !((first & (LETTER | NAME_MARK)) !== 0)) return false;
  if (quoted && line[at] === line[start - 1]) at++;
  while (line[at] === 0x20 || line[at] === 0x09) at++;
  const colon = line[at] === 0x3a;
  if (!colon && line[at] !== 0x3d) return false;
  if (colon && at + 1 < line.length && line[at + 1] !== 0x20 && line[at + 1] !== 0x09) return false;
  if (!colon && isBase64End(line, at)) return false;
  return leastValue === 0 || isHarmless(line.subarray(at + 1), leastValue);
}

/** `=` or `==` at the end of a line of base64: capitals, small letters and digits in whole groups of four, 16 or more. */
function isBase64End(line: Uint8Array, at: number): boolean {
  if (line.length < LONG_WORD || line.length % 4 !== 0 || line.length - at > 2 || line.at(-1) !== 0x3d)
    return false;
  let capital = false;
  let small = false;
  let digit = false;
  for (const byte of line.subarray(0, at)) {
    if ((KIND[byte]! & DIGIT) !== 0) digit = true;
    else if ((KIND[byte]! & LETTER) !== 0) {
      if (byte < 0x60) capital = true;
      else small = true;
    } else if (byte !== 0x2f) return false;
  }
  return capital && small && digit;
}

/** Too short to be a secret, or a short word without digits. */
function isHarmless(value: Uint8Array, least: number): boolean {
  let start = 0;
  let end = value.length;
  while (start < end && QUOTES_AND_COMMAS.has(value[start]!)) start++;
  while (end > start && QUOTES_AND_COMMAS.has(value[end - 1]!)) end--;
  if (end - start < least) return true;
  if (end - start >= LONG_WORD) return false;
  let kinds = 0;
  for (let i = start; i < end; i++) kinds |= KIND[value[i]!]!;
  return (kinds & (LETTER | DIGIT)) !== (LETTER | DIGIT) && (kinds & WIDE) === 0;
}

function isName(text: Uint8Array, spaced: boolean): boolean {
  return text.every(
    (byte) => KIND[byte] !== 0 || byte === 0x3a || (spaced && (byte === 0x20 || byte === 0x22)),
  );
}

function trimSlash(text: Uint8Array): Uint8Array {
  const from = text[0] === 0x2f ? 1 : 0;
  return text.subarray(from, text.at(-1) === 0x2f ? -1 : text.length);
}

function isArmor(line: Uint8Array): boolean {
  for (let i = 0; i < 5; i++) if (line[i] !== 0x2d || line.at(-1 - i) !== 0x2d) return false;
  return true;
}
