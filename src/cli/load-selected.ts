import type { LoadedDetectors } from '../config/detector-files.ts';
import type { Plan } from '../config/plan.ts';

/**
 * The detectors a plan selects; none, and nothing loaded for it, under `--no-detectors`.
 * @throws DetectorFileError
 */
export async function loadSelected({ detectors }: Plan): Promise<LoadedDetectors> {
  if (detectors.select.length === 0) return { detectors: [], specs: [], places: [], buckets: null };
  const { loadDetectors } = await import('../config/detector-files.ts');
  return loadDetectors({ builtin: true, ...detectors });
}
