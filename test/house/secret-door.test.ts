import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { trackedFiles } from './source-files.ts';

/** A call in code, not a word about it in a comment. */
function opens(text: string): boolean {
  return text.split('\n').some((line) => /\.reveal\(/.test(line) && !/^\s*(?:\*|\/\/|\/\*)/.test(line));
}

/** path -> why this file may open a Secret. */
const allowed: Readonly<Record<string, string>> =
  parse(readFileSync(new URL('reveal-allowed.yaml', import.meta.url), 'utf8')) ?? {};
const callers = trackedFiles().filter((file) => file.path.startsWith('src/') && opens(file.text));

test('a Secret is opened only by the files that say why', () => {
  expect(callers.map((file) => file.path).filter((path) => !(path in allowed))).toEqual([]);
});

test('every permission to open a Secret is still in use', () => {
  const used = callers.map((file) => file.path);
  expect(Object.keys(allowed).filter((path) => !used.includes(path))).toEqual([]);
});

test('no revealed bytes become a string', () => {
  const strays = callers.filter((file) =>
    /\.reveal\(\)\s*\.(?:toString|toHex)|(?:String|Buffer\.from|decode)\([^)\n]*\.reveal\(\)[^)\n]*\)\s*\.toString/.test(
      file.text,
    ),
  );
  expect(strays.map((file) => file.path)).toEqual([]);
});
