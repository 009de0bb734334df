import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { generatedDocs } from '../../src/config/generated-docs.ts';
import { OPTION_LIST } from '../../src/config/options.ts';
import { METRICS } from '../../src/observe/metric-table.ts';
import { trackedFiles } from './source-files.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): Promise<string> => readFile(new URL(path, root), 'utf8');

test.each(await generatedDocs())('$path is what `npm run docs` writes', async ({ path, render }) => {
  const now = await read(path);
  expect(render(now) === now, `${path} is stale: npm run docs`).toBe(true);
});

test('the README names every option and every metric', async () => {
  const text = await read('README.md');
  for (const [, { flag, env }] of OPTION_LIST) for (const word of [flag, env]) expect(text).toContain(word);
  for (const { name } of Object.values(METRICS)) expect(text).toContain(name);
});

test('every link of a document leads to a file of the project', () => {
  const files = trackedFiles();
  const known = new Set(files.map(({ path }) => path));
  const folders = new Set(files.map(({ path }) => path.replace(/[^/]*$/, '')));
  const broken = files
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap(({ path, text }) =>
      [...text.replace(/```[\s\S]*?```|`[^`]*`/g, '').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(
        ([, link]) => {
          const to = new URL(link!, `file:///${path}`).pathname.slice(1);
          return { path, link, found: known.has(to) || folders.has(to.endsWith('/') ? to : `${to}/`) };
        },
      ),
    )
    .filter(({ found }) => !found);
  expect(broken).toEqual([]);
});

test('every npm script that a document tells to run is there', async () => {
  const { scripts } = JSON.parse(await read('package.json')) as { scripts: Record<string, string> };
  const missing = trackedFiles()
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(/\bnpm run (?:--silent )?([\w:-]+)/g)].map(([, name]) => [path, name!] as const),
    )
    .filter(([, name]) => !(name in scripts));
  expect(missing).toEqual([]);
});
