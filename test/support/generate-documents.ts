import { SPELLINGS } from './encode.ts';
import { drawJsonLine, type JsonIngredients } from './generate-json.ts';
import type { Chance } from './generate-random.ts';
import { drawSecret } from './generate-secrets.ts';
import { lexJson } from './json-lexer.ts';

export interface Planted {
  readonly what: JsonIngredients;
  readonly values: readonly Buffer[];
}

const TEXTS = ['password', 'token', 'utf8', 'phrase', 'url', 'escapes', 'base64', 'lines'];

/** Values, and texts that hold them in any spelling that a JSON string can hold. */
export function drawPlanted(chance: Chance, plantOneIn: number): Planted {
  const kinds = Array.from({ length: 4 }, () => chance.pick(TEXTS));
  // One that ends or begins like a placeholder gets a guard beside it, which the comparison does not know.
  const texts = kinds
    .map((kind) => drawSecret(chance, kind).value)
    .filter((value) => !/^\]|\[\s*$/.test(value.toString('latin1')));
  const digits = [drawSecret(chance, 'digits').value, drawSecret(chance, 'digits').value];
  const spelled = texts.flatMap((value) => [value, ...spellingsOf(value, chance)]);
  return {
    what: { texts: spelled.map(String), digits: digits.map(String), plantOneIn },
    values: [...texts, ...digits],
  };
}

function spellingsOf(value: Buffer, chance: Chance): Buffer[] {
  return Array.from({ length: 4 }, () => chance.pick(SPELLINGS).spell(value, chance) ?? value).filter(
    (bytes) => Buffer.from(bytes.toString()).equals(bytes),
  );
}

const MARKS_WHITE = ['', '', '', ' ', '\n', '\n  ', '\r\n\t', '\n\n'] as const;

/** A text with the white space of a pretty printer that has lost its mind; strings stay as they are. */
export function spread(text: string, chance: Chance): string {
  return lexJson(text)
    .map((token) =>
      token.kind === 'mark' ? chance.pick(MARKS_WHITE) + token.text + chance.pick(MARKS_WHITE) : token.text,
    )
    .join('');
}

/** Values one behind the other: without a separator, one a line, spread over lines; some of them scalars. */
export function drawDocument(chance: Chance, what: JsonIngredients, most = 4): string {
  const between = chance.pick(['', '', '\n', '\r\n', ' ', '\n\n'] as const);
  const values = Array.from({ length: chance.between(1, most) }, () => {
    const value = drawJsonLine(chance, what);
    if (chance.oneIn(8))
      return JSON.stringify(what.plantOneIn > 0 ? chance.pick(what.texts) : 'plain "text"');
    return chance.oneIn(3) ? spread(value, chance) : value;
  });
  const document = values.join(between) + chance.pick(['', '\n']);
  return chance.oneIn(20) ? `${document} 17 true` : document;
}

const GARBAGE = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  'x',
  '\n',
  '\\u12',
  '"\n',
  '0',
  'true',
  "'",
] as const;

/** A document that some accident befell: cut short, bytes lost, doubled or put in. */
export function breakDocument(text: string, chance: Chance, texts: readonly string[]): string {
  let broken = text;
  for (let times = chance.between(1, 4); times > 0; times--) {
    const at = chance.below(broken.length + 1);
    const kind = chance.below(6);
    if (kind === 0) broken = broken.slice(0, at);
    else if (kind === 1) broken = broken.slice(0, at) + broken.slice(at + chance.between(1, 5));
    else if (kind === 2) broken = broken.slice(at) + broken.slice(0, at);
    else if (kind === 3) broken = broken.slice(0, at) + chance.pick(texts) + broken.slice(at);
    else broken = broken.slice(0, at) + chance.pick(GARBAGE) + broken.slice(at);
  }
  return broken;
}
