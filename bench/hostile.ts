import { dice } from './haystacks.ts';
import type { Haystack, Maker } from './planted.ts';

/** What an adversary writes to make redaction slow. Nothing in it is a secret: a right engine finds nothing. */
type Piece = (roll: (sides: number) => number) => string;

function flood(size: number, seed: number, piece: Piece): Haystack {
  const roll = dice(seed);
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (;;) {
    const text = piece(roll);
    if (at + text.length > size) break;
    at += bytes.write(text, at, 'latin1');
  }
  return { bytes: bytes.subarray(0, at), known: 0, foreign: 0, own: 0, plain: 0 };
}

const pick = <T>(roll: (sides: number) => number, list: readonly T[]): T => list[roll(list.length)]!;

/** Words that wake every detector, some on each line; what each announces is a variable's name, and no secret. */
export const allKeywords: Maker = (size, { keywords }) =>
  flood(size, 11, (roll) => `${pick(roll, keywords)}\${V}${roll(12) === 0 ? '\n' : ' '}`);

/** A known value's first and last 8 bytes round a middle that is too unlike it even for a near miss. */
export const nearPrefixes: Maker = (size, { values }) => {
  const long = values.filter((value) => value.length >= 24 && /^\w+$/.test(value));
  return flood(size, 12, (roll) => {
    const value = pick(roll, long);
    const middle = '-'.repeat(value.length - 16);
    return `${value.slice(0, 8)}${middle}${value.slice(-8)}${roll(4) === 0 ? '\n' : ' '}`;
  });
};

/** Every 4 bytes are 4 bytes of a known value, and never 8 in a row. Of letters and digits: `pwd=` stands in no piece. */
export const needleGrams: Maker = (size, { values }) => {
  const plain = values.filter((value) => /^\w+$/.test(value));
  return flood(size, 13, (roll) => {
    const from = roll(5);
    return `${pick(roll, plain).slice(from, from + 7)}${roll(18) === 0 ? '\n' : ''}`;
  });
};

/** Without the A: otherwise the marks of real keys (AKIA, ABSK, AzFu) stand there once in 10 MB, as in a key. */
const BASE64 = 'BCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 of noise in lines of 1,000 characters, in which short keywords stand by chance. */
export const base64Noise: Maker = (size) =>
  flood(size, 14, (roll) => {
    let line = '';
    for (let n = 0; n < 1000; n++) line += BASE64[roll(BASE64.length)];
    return `${line}\n`;
  });

/** One keyword for a whole line of 32 KB: each is looked behind as far as its windows reach. None is followed by a value. */
export const keywordRows: Maker = (size) =>
  flood(size, 18, (roll) => {
    const word = pick(roll, ['eyJ', 'apikey:', '://', 'kind":"secret"', 'bearer pat', 'token ']);
    return `${word.repeat(Math.ceil(32_768 / word.length))}\n`;
  });

/** Backslashes only, and in turn as the content of a JSON string. */
export const backslashes: Maker = (size) =>
  flood(size, 15, (roll) => {
    const run = '\\\\'.repeat(50 + roll(100));
    return roll(2) === 0 ? `${run}\n` : `{"msg":"${run}"}\n`;
  });

/** Quotes only, escaped quotes, and in turn as the content of a JSON string. */
export const quotes: Maker = (size) =>
  flood(size, 16, (roll) => {
    const run = '\\"'.repeat(50 + roll(100));
    return pick(roll, [`${run}\n`, `{"msg":"${run}"}\n`, `${'"'.repeat(run.length)}\n`]);
  });

/** Escapes of escapes: percent signs, entities and code points, one view's output another's input. */
export const nestedEscapes: Maker = (size) =>
  flood(size, 17, (roll) => {
    const piece = pick(roll, ['%2525', '&amp;amp;', '\\\\u005c', '%26amp%3B', '\\u0025']);
    return `${piece.repeat(10 + roll(30))}${roll(3) === 0 ? '\n' : ''}`;
  });
