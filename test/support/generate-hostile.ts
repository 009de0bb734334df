import { fill } from './expect-linear.ts';

/** Makes an input of about `size` bytes. */
export type Hostile = (size: number) => Buffer;

/** Inputs made to hurt whoever seeks `values`, their escapes, or JSON. */
export function hostileTo(values: readonly Buffer[], longest: Buffer): Readonly<Record<string, Hostile>> {
  const shorn = (value: Buffer): Buffer => value.subarray(0, value.length - 1);
  const of =
    (piece: string): Hostile =>
    (size) =>
      fill(piece, size);
  return {
    'the start of a self-overlapping value, for ever': of('a'),
    'the start of a value of period two, for ever': of('ab'),
    'all but the last byte of a long value, again and again': (size) => Buffer.alloc(size, shorn(longest)),
    'all but the last byte of every value in turn': (size) =>
      Buffer.alloc(size, Buffer.concat(values.map(shorn))),
    'values back to back': (size) => Buffer.alloc(size, Buffer.concat([...values])),
    quotes: of('"'),
    backslashes: of('\\'),
    'backslashes and quotes': of('\\"'),
    'ESC bytes': of('\x1b'),
    'colour codes that never end': of('\x1b[1;'),
    'colour codes': of('\x1b[31m'),
    'percent signs': of('%'),
    'percent escapes': of('%61'),
    ampersands: of('&'),
    'entities that never end': of('&#000'),
    'white space': of(' \t'),
    'blank lines': of('\n'),
    'escaped starts of a value': of('\\u0061'),
    'arrays in arrays, never closed': of('['),
    'objects in objects, never closed': of('{"a":'),
    'one deep array, closed': (size) => Buffer.concat([fill('[', size / 2), fill(']', size / 2)]),
    'JSON in JSON in JSON': of('{"a":"{\\"a\\":\\"{\\\\\\"a\\\\\\":'),
    'a JSON string of escapes': (size) =>
      Buffer.concat([Buffer.from('{"a":"'), fill('\\\\\\"', size), Buffer.from('"}')]),
    'JSON lines that break at the end': of('{"a":"b","c":[1,2,{"d":"e"}],,}\n'),
  };
}

/** Inputs made to hurt detectors: words that wake them and shapes that nearly fit. */
export function wakingWith(keywords: readonly string[]): Readonly<Record<string, Hostile>> {
  const pieces: readonly (readonly [string, string])[] = [
    ['all keywords, back to back', keywords.join('')],
    ['all keywords, a word each', `${keywords.join(' ')}\n`],
    ['all keywords as keys', keywords.map((word) => `${word}="`).join('')],
    ['password=, for ever', 'password='],
    ['password=", for ever', 'password="\\"'],
    ['"password":", for ever', '"password":"'],
    ['https://u:, for ever', 'https://u:'],
    ['://:@, for ever', '://:@'],
    ['Bearer, for ever', 'Authorization: Bearer '],
    ['eyJ, for ever', 'eyJ'],
    ['the head of a JWT, for ever', 'eyJhbGciOi.'],
    ['ghp_, for ever', 'ghp_'],
    ['AKIA, for ever', 'AKIA'],
    ['PEM heads on one line', `-----BEGIN ${'RSA '}PRIVATE KEY-----`],
    ['PEM heads and a line each', `-----BEGIN ${'RSA '}PRIVATE KEY-----\nMIIE\n`],
    ['X-Amz-Signature=, for ever', 'X-Amz-Signature='],
    ['<password>, for ever', '<password>'],
  ];
  return Object.fromEntries(pieces.map(([name, piece]) => [name, (size: number) => fill(piece, size)]));
}
