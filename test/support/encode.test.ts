import { execFileSync, spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { SEED } from '../campaigns/size.ts';
import { base64Cores, base64Within } from './encode-base64.ts';
import { JSON_STYLES, jsonMixed, jsonTimes } from './encode-json.ts';
import { PERCENT_STYLES } from './encode-percent.ts';
import {
  dollarQuoted,
  dollarQuotedHex,
  doubleQuoted,
  percentQ,
  singleQuoted,
  singleQuotedByDouble,
} from './encode-shell.ts';
import { Chance } from './generate-random.ts';
import { drawSecret } from './generate-secrets.ts';

const texts = ['password', 'token', 'utf8', 'escapes', 'phrase', 'lines'].flatMap((kind) =>
  Array.from({ length: 8 }, (_, at) => drawSecret(new Chance(SEED + at), kind).value.toString()),
);

test('every JSON style is read back by JSON.parse', () => {
  const chance = new Chance(SEED);
  for (const text of texts) {
    for (const style of Object.values(JSON_STYLES)) expect(JSON.parse(`"${style(text)}"`)).toBe(text);
    expect(JSON.parse(`"${jsonMixed(text, (limit) => chance.below(limit))}"`)).toBe(text);
    expect(JSON.parse(`"${JSON.parse(`"${jsonTimes(text, 2)}"`)}"`)).toBe(text);
  }
});

test('every percent style is read back by decodeURIComponent or as a form', () => {
  for (const text of texts)
    for (const [name, style] of Object.entries(PERCENT_STYLES)) {
      const spelled = style(Buffer.from(text)).toString();
      const form = name.startsWith('percent-form');
      expect(decodeURIComponent(form ? spelled.replaceAll('+', ' ') : spelled)).toBe(text);
    }
});

test('a base64 core is in the base64 text whatever stands around the value', () => {
  const chance = new Chance(SEED);
  for (const text of texts) {
    const value = Buffer.from(text);
    for (let before = 0; before < 4; before++)
      for (let after = 0; after < 4; after++) {
        const spelled = base64Within(chance.bytes(before), value, chance.bytes(after), {
          alphabet: 'base64',
          padded: true,
        });
        expect(base64Cores(value).some((core) => spelled.includes(core))).toBe(true);
      }
  }
});

test('bash reads every shell spelling back as the value', () => {
  for (const text of texts) {
    const value = Buffer.from(text);
    const words = [
      `'${singleQuoted(value)}'`,
      `'${singleQuotedByDouble(value)}'`,
      `"${doubleQuoted(value)}"`,
      `$'${dollarQuoted(value)}'`,
      `$'${dollarQuotedHex(value)}'`,
      percentQ(value)?.toString() ?? `'${singleQuoted(value)}'`,
    ];
    const script = `printf '%s\\0' ${words.join(' ')}`;
    const { stdout } = spawnSync('bash', ['--norc', '-c', script], {
      env: { LC_ALL: 'C', PATH: process.env.PATH },
      // A socket as stdin makes bash read its start-up files.
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    expect(stdout.toString().split('\0').slice(0, -1)).toEqual(words.map(() => text));
  }
});

test("bash's own printf %q and ours agree for printable ASCII", () => {
  for (let seed = 0; seed < 20; seed++) {
    const value = drawSecret(new Chance(seed), 'password').value;
    const printed = execFileSync('bash', ['--norc', '-c', 'printf %q "$1"', 'bash', value.toString()]);
    expect(unquoted(printed.toString())).toBe(unquoted(percentQ(value)!.toString()));
  }
});

/** A backslash before a character that needs none is as good as none: bash versions differ there. */
function unquoted(word: string): string {
  return word.replace(/\\(.)/g, '$1');
}
