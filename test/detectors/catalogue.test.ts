import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { renderCatalogue } from '../../src/config/detector-catalogue.ts';
import { BUILTIN_DETECTORS, loadDetectors } from '../../src/config/detector-files.ts';
import { detectorJsonSchema } from '../../src/config/detector-schema.ts';

/** Compares, or with UPDATE=1 writes. */
async function keep(name: string, wanted: string): Promise<void> {
  const path = new URL(name, BUILTIN_DETECTORS);
  if (process.env.UPDATE) await writeFile(path, wanted);
  expect(await readFile(path, 'utf8')).toBe(wanted);
}

test('detectors/README.md tells what the files say', async () => {
  const { specs } = await loadDetectors({ builtin: true, select: [], files: [] });
  await keep('README.md', renderCatalogue(specs));
});

test('detectors/schema.json tells what the loader takes', async () => {
  await keep('schema.json', `${JSON.stringify(detectorJsonSchema(), null, 2)}\n`);
});
