import { posix } from 'node:path';
import { expect, test } from 'vitest';
import { type ImportLine, importsOf, trackedFiles } from './source-files.ts';

/** The floors of src/README.md, from the ground up; folders in one row may not import each other. */
const FLOORS: readonly (readonly string[])[] = [
  ['engine'],
  ['formats'],
  ['secrets', 'sources', 'sinks', 'observe'],
  ['pipeline'],
  ['proxy'],
  ['config'],
  ['cli'],
];

const PURE = ['engine', 'formats'];
/** What a pure floor may take from Node: bytes, hashes and inspection, nothing that does I/O or tells the time. */
const PURE_MODULES = ['node:util', 'node:crypto', 'node:buffer'];

/** Files of a pure floor that need one more, with the reason. */
const ALSO: Readonly<Record<string, string>> = {
  // re2-wasm is CommonJS and loads its WebAssembly when required: only users' own patterns pay for it.
  'src/engine/detectors/re2-engine.ts': 'node:module',
};

const sources = trackedFiles().filter((file) => file.path.startsWith('src/') && file.path.endsWith('.ts'));
const folderOf = (path: string): string => path.split('/')[1]!;
const floorOf = (path: string): number => FLOORS.findIndex((row) => row.includes(folderOf(path)));

function problemWith(line: ImportLine): string | null {
  if (!line.specifier.startsWith('.')) return null;
  const target = posix.join(posix.dirname(line.path), line.specifier);
  const [from, to] = [floorOf(line.path), floorOf(target)];
  // main.ts and index.ts stand on the roof.
  if (from < 0) return null;
  if (target === 'src/config/plan.ts' && line.typeOnly) return null;
  if (folderOf(line.path) === folderOf(target)) return null;
  return to < from && to >= 0 ? null : `${line.path} imports ${line.specifier}`;
}

test('a file imports from a lower floor or its own folder', () => {
  expect(
    sources
      .flatMap(importsOf)
      .map(problemWith)
      .filter((told) => told !== null),
  ).toEqual([]);
});

test('the pure floors take nothing from Node that does I/O, tells the time or draws lots', () => {
  const strays = sources
    .filter((file) => PURE.includes(folderOf(file.path)))
    .flatMap(importsOf)
    .filter((line) => line.specifier.startsWith('node:') && !PURE_MODULES.includes(line.specifier))
    .filter((line) => ALSO[line.path] !== line.specifier)
    .map((line) => `${line.path} imports ${line.specifier}`);
  expect(strays).toEqual([]);
});

test('the pure floors have no clock, chance, logging, timers or async', () => {
  const impure =
    /\b(?:Date\.now|new Date\b|performance\.now|Math\.random|randomBytes|console\.|setTimeout|setInterval|setImmediate|queueMicrotask|async function|await |process\.(?:env|stdout|stderr|hrtime))/;
  const strays = sources
    .filter((file) => PURE.includes(folderOf(file.path)))
    .flatMap((file) =>
      file.text
        .split('\n')
        .map((line, at) => ({ line, place: `${file.path}:${at + 1}` }))
        .filter(({ line }) => !/^\s*(?:\*|\/\/|\/\*)/.test(line) && impure.test(line))
        .map(({ place }) => place),
    );
  expect(strays).toEqual([]);
});

test('every folder of src has a floor', () => {
  const folders = new Set(
    sources.filter((file) => file.path.split('/').length > 2).map((file) => folderOf(file.path)),
  );
  expect([...folders].filter((folder) => !FLOORS.flat().includes(folder))).toEqual([]);
});
