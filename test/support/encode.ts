import { base64Cores, base64Within, hex } from './encode-base64.ts';
import { JSON_STYLES, jsonBytes, jsonMixed, jsonTimes } from './encode-json.ts';
import { coloured, colouredAround, joinedBy, linesOf } from './encode-lines.ts';
import { MARKUP_STYLES, markupMixed } from './encode-markup.ts';
import { PERCENT_STYLES, percentMixed } from './encode-percent.ts';
import {
  dollarQuoted,
  dollarQuotedHex,
  doubleQuoted,
  goQuoted,
  percentQ,
  singleQuoted,
  singleQuotedByDouble,
  utf8,
} from './encode-shell.ts';
import type { Chance } from './generate-random.ts';

/** One way a secret is written into a log: every spelling the product promises, written apart from the engine. */
export interface Spelling {
  readonly name: string;
  /** The value so spelled, or null when this value has no such spelling. Random ones draw from `chance`. */
  spell(value: Buffer, chance: Chance): Buffer | null;
  /** The finding is exactly what `spell` gave: nothing of the surroundings belongs to it. */
  readonly exact: boolean;
  /** The bytes to seek in an output; absent for spellings that are drawn (the oracle undoes those). */
  forms?(value: Buffer): Buffer[];
}

type Write = (value: Buffer) => Buffer | null;

function fixed(name: string, write: Write): Spelling {
  return {
    name,
    exact: true,
    spell: write,
    forms: (value) => {
      const form = write(value);
      return form === null ? [] : [form];
    },
  };
}

function drawn(name: string, exact: boolean, spell: Spelling['spell']): Spelling {
  return { name, exact, spell };
}

const ofText =
  (write: (text: string) => string): Write =>
  (value) => {
    const text = utf8(value);
    return text === null ? null : Buffer.from(write(text));
  };

const joinedThen =
  (glue: string, write: Write): Write =>
  (value) => {
    const joined = joinedBy(value, glue);
    return joined === null ? null : write(joined);
  };

const jsonMinimal: Write = (value) => ofText(JSON_STYLES['json-minimal']!)(value) ?? jsonBytes(value);

function nameless(): Spelling[] {
  const list: Spelling[] = [];
  for (const alphabet of ['base64', 'base64url'] as const)
    for (const padded of [true, false]) {
      const name = `${alphabet}${padded ? '' : '-bare'}`;
      const form = { alphabet, padded };
      list.push({
        name,
        exact: false,
        spell: (value, chance) =>
          base64Within(chance.bytes(chance.below(9)), value, chance.bytes(chance.below(9)), form),
        forms: base64Cores,
      });
      list.push(
        drawn(`${name}-with-newline`, false, (value) =>
          base64Within(Buffer.alloc(0), value, Buffer.from('\n'), form),
        ),
      );
    }
  return list;
}

const WHITE = ['\n', '\r\n', '\n    ', ' \n\t', '\n\n', '   ', '\t', '\r\n\r\n  '];

/** Every spelling of product.md's "Variants", in its order. */
export const SPELLINGS: readonly Spelling[] = [
  fixed('plain', (value) => value),
  ...Object.entries(JSON_STYLES).map(([name, style]) => fixed(name, ofText(style))),
  fixed('json-bytes', (value) => (utf8(value) === null ? jsonBytes(value) : null)),
  drawn('json-mixed', true, (value, chance) =>
    ofText((text) => jsonMixed(text, (limit) => chance.below(limit)))(value),
  ),
  fixed(
    'json-twice',
    ofText((text) => jsonTimes(text, 2)),
  ),
  fixed(
    'json-twice-go',
    ofText((text) => jsonTimes(text, 2, JSON_STYLES['json-go'])),
  ),
  fixed(
    'json-twice-python',
    ofText((text) => jsonTimes(text, 2, JSON_STYLES['json-python'])),
  ),
  fixed(
    'json-thrice',
    ofText((text) => jsonTimes(text, 3)),
  ),
  ...Object.entries(PERCENT_STYLES).map(([name, style]) => fixed(name, style)),
  drawn('percent-mixed', true, (value, chance) => percentMixed(value, (limit) => chance.below(limit))),
  ...nameless(),
  fixed('hex', (value) => hex(value, false)),
  fixed('hex-upper', (value) => hex(value, true)),
  ...Object.entries(MARKUP_STYLES).map(([name, style]) => fixed(name, ofText(style))),
  drawn('markup-mixed', true, (value, chance) =>
    ofText((text) => markupMixed(text, (limit) => chance.below(limit)))(value),
  ),
  fixed('shell-single', singleQuoted),
  fixed('shell-single-by-double', singleQuotedByDouble),
  fixed('shell-double', doubleQuoted),
  fixed('shell-percent-q', percentQ),
  fixed('shell-dollar', dollarQuoted),
  fixed('shell-dollar-hex', dollarQuotedHex),
  fixed('go-quoted', (value) => goQuoted(value, false)),
  fixed('go-quoted-ascii', (value) => goQuoted(value, true)),
  fixed('utf-16le', (value) => {
    const text = utf8(value);
    return text === null ? null : Buffer.from(text, 'utf16le');
  }),
  fixed('joined-lf', (value) => joinedBy(value, '\n')),
  fixed('joined-crlf', (value) => joinedBy(value, '\r\n')),
  fixed('joined-space', (value) => joinedBy(value, ' ')),
  fixed('joined-nothing', (value) => joinedBy(value, '')),
  drawn('joined-white', true, (value, chance) => joinedBy(value, () => chance.pick(WHITE))),
  fixed('joined-lf-json', joinedThen('\n', jsonMinimal)),
  fixed('joined-crlf-json', joinedThen('\r\n', jsonMinimal)),
  fixed('joined-space-json', joinedThen(' ', jsonMinimal)),
  drawn('one-line', false, (value, chance) => {
    const lines = value.includes(0x0a) ? linesOf(value) : [];
    return lines.length === 0 ? null : chance.pick(lines);
  }),
  drawn('coloured-inside', true, (value, chance) =>
    coloured(value, (limit) => chance.below(limit), chance.between(1, 6)),
  ),
  drawn('coloured-around', false, (value, chance) => colouredAround(value, (limit) => chance.below(limit))),
];

export function spelling(name: string): Spelling {
  const found = SPELLINGS.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no spelling is called ${name}`);
  return found;
}
