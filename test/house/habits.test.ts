import { expect, test } from 'vitest';
import { trackedFiles } from './source-files.ts';

const MAX_LINES = 400;
const files = trackedFiles();
const code = files.filter((file) => /^(?:src|test|bench)\/.*\.(?:ts|mjs)$/.test(file.path));
const here = 'test/house/habits.test.ts';

test(`no source or test file is longer than ${MAX_LINES} lines`, () => {
  const long = code
    .map((file) => [file.path, file.text.split('\n').length] as const)
    .filter(([, lines]) => lines > MAX_LINES);
  expect(long).toEqual([]);
});

test('no note is left for later: an open end is an issue, not a comment', () => {
  const words = new RegExp(`\\b(?:${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|')})\\b`);
  expect(
    files
      .filter((file) => file.path !== 'package-lock.json' && words.test(file.text))
      .map((file) => file.path),
  ).toEqual([]);
});

test('nothing is exported as default, but what a tool demands', () => {
  const strays = code.filter(
    (file) => /^export default\b/m.test(file.text) && !/\.config\.ts$/.test(file.path),
  );
  expect(strays.map((file) => file.path)).toEqual([]);
});

test('no file is called by what says nothing', () => {
  const empty = /\/(?:utils?|helpers?|common|manager|service|base|impl|misc)(?:\.|\/)/;
  expect(files.filter((file) => empty.test(`/${file.path}`)).map((file) => file.path)).toEqual([]);
});

test('no path of one machine is written down', () => {
  const machine = /(?:^|["'`\s(=])\/(?:home|Users|work|root|workspace)\/[\w.-]/m;
  expect(
    files.filter((file) => file.path !== here && machine.test(file.text)).map((file) => file.path),
  ).toEqual([]);
});

test('no test is skipped, focused or left to be written', () => {
  const strays = code.filter(
    (file) => file.path !== here && /\b(?:test|it|describe)\.(?:only|skip|todo)\(/.test(file.text),
  );
  expect(strays.map((file) => file.path)).toEqual([]);
});
