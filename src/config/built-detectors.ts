import { readFile, rename, writeFile } from 'node:fs/promises';
import type { PlacedSpec } from './detector-document.ts';
import type { LoadedDetectors } from './detector-files.ts';
import type { CheckedSpec } from './lazy-detector.ts';

/**
 * The package's own detectors as the build leaves them in dist: checked and with their windows, in a form
 * that needs neither the YAML parser nor zod. Under a test runner, from src, there is no such file.
 */
export const BUILT_DETECTORS: URL = new URL('../detectors.json', import.meta.url);

interface Row {
  readonly spec: CheckedSpec;
  readonly file: string;
  readonly line: number;
}

/** A built-in detector that needs no further check. */
export interface BuiltSpec extends PlacedSpec {
  readonly spec: CheckedSpec;
}

/** @returns the built-in detectors in the order of their files; null where nothing was built */
export async function readBuilt(from: URL = BUILT_DETECTORS): Promise<BuiltSpec[] | null> {
  let text: string;
  try {
    text = await readFile(from, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  return (JSON.parse(text) as Row[]).map(({ spec, file, line }) => ({
    spec,
    problem: (_, message) => ({ file, line, column: 1, id: spec.id, message }),
  }));
}

/** Writes what the loader found good, with the window each detector was compiled to. Never half of it. */
export async function writeBuilt(
  { specs, detectors, places }: LoadedDetectors,
  to: URL = BUILT_DETECTORS,
): Promise<void> {
  const rows = specs.map((spec, index): Row => {
    const { before, after } = detectors[index]!;
    return { spec: { ...spec, window: { before, after } }, ...places[index]! };
  });
  const half = new URL(`${to.href}.${process.pid}`);
  await writeFile(half, JSON.stringify(rows));
  await rename(half, to);
}
