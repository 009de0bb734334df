import { rm } from 'node:fs/promises';
import { BUILT_DETECTORS, writeBuilt } from './built-detectors.ts';
import { loadDetectors } from './detector-files.ts';

// `npm run build` runs this file behind the compiler: detectors/*.yaml -> dist/detectors.jsonl. A mistake in
// them fails the build. The old file goes first, or the loader would take it for the source.
await rm(BUILT_DETECTORS, { force: true });
await writeBuilt(await loadDetectors({ builtin: true, select: ['all'], files: [] }));
