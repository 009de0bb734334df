import { readFile, writeFile } from 'node:fs/promises';
import { generatedDocs } from './generated-docs.ts';

// `npm run docs` runs this file behind the build. What is up to date is left alone: a newer file in
// detectors/ would make the next command build again.
const root = new URL('../../', import.meta.url);
for (const { path, render } of await generatedDocs()) {
  const file = new URL(path, root);
  const now = await readFile(file, 'utf8').catch(() => '');
  const wanted = render(now);
  if (wanted === now) continue;
  await writeFile(file, wanted);
  console.log(`written: ${path}`);
}
