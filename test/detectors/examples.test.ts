import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compileOurs } from '../../src/config/compile-own.ts';
import { readDetectorDocument } from '../../src/config/detector-document.ts';
import { runExamples } from '../../src/config/detector-examples.ts';
import { BUILTIN_DETECTORS, builtinFiles, loadDetectors } from '../../src/config/detector-files.ts';

// DETECTORS=aws,github runs those files alone; each detector is a test, so `-t aws.access-key-id` runs one.
const only = process.env.DETECTORS?.split(',').map((name) => `${name.replace(/\.yaml$/, '')}.yaml`);
const files = (await builtinFiles()).filter((name) => only === undefined || only.includes(name));

describe.each(files)('%s', (name) => {
  const { specs, problems } = readDetectorDocument(
    readFileSync(new URL(name, BUILTIN_DETECTORS), 'utf8'),
    name,
    'ours',
  );

  test('has the form of a detector file', () => {
    expect(
      problems.map(({ line, column, id, message }) => `${name}:${line}:${column} ${id}: ${message}`),
    ).toEqual([]);
  });

  for (const { spec } of specs) {
    test(`${spec.id} finds its examples and none of its counter-examples`, () => {
      const failed = runExamples(spec, compileOurs(spec)).filter((row) => !row.passed);
      expect(failed.map((row) => `${row.kind} ${row.index + 1} ${row.message}: ${row.template}`)).toEqual([]);
    });
  }
});

test('all built-in files load together', async () => {
  const { detectors, specs } = await loadDetectors({ builtin: true, select: [], files: [] });
  expect(detectors.map((detector) => detector.id)).toEqual(specs.map((spec) => spec.id));
});
