import { jsonMixed } from './encode-json.ts';
import type { Chance } from './generate-random.ts';

/** What a generated line may hold: secrets as text (for strings and keys) and as digits (for numbers). */
export interface JsonIngredients {
  readonly texts: readonly string[];
  readonly digits: readonly string[];
  /** Plant a secret once in so many places; 0 never plants. */
  readonly plantOneIn: number;
}

const STRINGS = [
  '',
  'ok',
  'GET /a?b=c',
  'it\'s "quoted"',
  'C:\\tmp\\new',
  'tab\tnewline\n',
  'naïve café',
  '漢字',
  '😀',
  '\u0000\u001f',
  '</script>',
  '\u2028',
  '{"not":json',
  '[1,2',
  '"',
  '\\',
  '\\u0041',
  'null',
  '12345678901234567890',
  '%41%zz',
  '&amp;',
] as const;

const NUMBERS = [
  '0',
  '-0',
  '1.0',
  '1.50',
  '1e5',
  '1E+05',
  '-1.25e-7',
  '12345678901234567890',
  '0.1000000000000000055511151231257827',
  '9007199254740993',
  '-98765432109876543210.123',
  '1e400',
] as const;

const WHITE = ['', '', '', '', ' ', '  ', '\t'] as const;

/** One JSON text on one line, written by a careless writer: odd white space, escapes, repeated keys, huge numbers. */
export function drawJsonLine(chance: Chance, what: JsonIngredients): string {
  return (
    white(chance) +
    (chance.oneIn(6) ? drawArray(chance, what, 3) : drawObject(chance, what, 3)) +
    white(chance)
  );
}

const white = (chance: Chance): string => chance.pick(WHITE);
const plants = (chance: Chance, what: JsonIngredients): boolean =>
  what.plantOneIn > 0 && chance.oneIn(what.plantOneIn);

function drawString(chance: Chance, what: JsonIngredients, depth: number): string {
  if (depth > 1 && chance.oneIn(8)) return quote(drawObject(chance, what, depth - 2), chance);
  let text: string = chance.pick(STRINGS);
  if (plants(chance, what))
    text =
      chance.pick(['', 'user=', 'x '] as const) + chance.pick(what.texts) + chance.pick(['', ' end', text]);
  else if (chance.oneIn(3)) text += chance.pick(STRINGS);
  return quote(text, chance);
}

function quote(text: string, chance: Chance): string {
  if (chance.oneIn(2)) return JSON.stringify(text);
  return `"${jsonMixed(text, (limit) => chance.below(limit))}"`;
}

function drawNumber(chance: Chance, what: JsonIngredients): string {
  if (!plants(chance, what) || what.digits.length === 0) return chance.pick(NUMBERS);
  return chance.pick(['', '', '-']) + chance.pick(what.digits) + chance.pick(['', '', '.5', 'e3', '00']);
}

function drawValue(chance: Chance, what: JsonIngredients, depth: number): string {
  const kind = chance.below(depth > 0 ? 9 : 6);
  if (kind < 3) return drawString(chance, what, depth);
  if (kind < 5) return drawNumber(chance, what);
  if (kind === 5) return chance.pick(['true', 'false', 'null']);
  return kind === 6 ? drawArray(chance, what, depth - 1) : drawObject(chance, what, depth - 1);
}

function drawArray(chance: Chance, what: JsonIngredients, depth: number): string {
  const items = Array.from(
    { length: chance.below(4) },
    () => white(chance) + drawValue(chance, what, depth) + white(chance),
  );
  return `[${items.join(',')}]`;
}

const KEYS = ['msg', 'msg', 'level', 'a', 'user.name', 'k"q', 'ключ', ''] as const;

function drawObject(chance: Chance, what: JsonIngredients, depth: number): string {
  const members = Array.from({ length: chance.between(1, 5) }, () => {
    const key = plants(chance, what) && chance.oneIn(3) ? chance.pick(what.texts) : chance.pick(KEYS);
    return `${white(chance)}${quote(key, chance)}${white(chance)}:${white(chance)}${drawValue(chance, what, depth)}${white(chance)}`;
  });
  return `{${members.join(',')}}`;
}
