import { readFile, rename, writeFile } from 'node:fs/promises';
import { KeywordIndex } from '../engine/keyword-index.ts';
import { type SavedBuckets, saveBuckets } from '../pipeline/kept-buckets.ts';
import type { PlacedSpec } from './detector-document.ts';
import type { LoadedDetectors } from './detector-files.ts';
import type { CheckedSpec } from './lazy-detector.ts';

/**
 * The package's own detectors as the build leaves them in dist: checked and with their windows, in a form
 * that needs neither the YAML parser nor zod. Under a test runner, from src, there is no such file.
 */
export const BUILT_DETECTORS: URL = new URL('../detectors.json', import.meta.url);

/** The file. */
interface Saved {
  readonly rows: readonly Row[];
  readonly buckets: SavedBuckets;
}

interface Row {
  readonly spec: CheckedSpec;
  readonly file: string;
  readonly line: number;
}

/** A built-in detector that needs no further check. */
export interface BuiltSpec extends PlacedSpec {
  readonly spec: CheckedSpec;
}

export interface BuiltDetectors {
  /** In the order of their files. */
  readonly specs: readonly BuiltSpec[];
  /** Of the keywords of all of them. */
  readonly buckets: SavedBuckets;
}

/** @returns null where nothing was built */
export async function readBuilt(from: URL = BUILT_DETECTORS): Promise<BuiltDetectors | null> {
  let text: string;
  try {
    text = await readFile(from, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  const { rows, buckets } = JSON.parse(text) as Saved;
  const specs = rows.map(
    ({ spec, file, line }): BuiltSpec => ({
      spec,
      problem: (_, message) => ({ file, line, column: 1, id: spec.id, message }),
    }),
  );
  return { specs, buckets };
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
  const saved: Saved = { rows, buckets: saveBuckets(new KeywordIndex(detectors).keywords) };
  const half = new URL(`${to.href}.${process.pid}`);
  await writeFile(half, JSON.stringify(saved));
  await rename(half, to);
}
