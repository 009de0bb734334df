import { type LoadedDetectors, loadDetectors } from '../config/detector-files.ts';
import type { Plan } from '../config/plan.ts';

/**
 * The same for a command that shows detectors: what did not come along from gitleaks' configuration is told on
 * stderr, each with its reason, unless the log is to be quiet.
 * @throws DetectorFileError
 */
export async function loadAndTell(plan: Plan): Promise<LoadedDetectors> {
  const loaded = await loadSelected(plan);
  const told = loaded.notes.filter(({ level }) => level !== 'changed' || plan.logLevel === 'info');
  if (told.length > 0 && plan.logLevel !== 'error' && plan.logLevel !== 'silent') {
    const { describeNote } = await import('../config/gitleaks/carry-note.ts');
    process.stderr.write(told.map((note) => `unleak: warn: ${describeNote(note)}\n`).join(''));
  }
  return loaded;
}

/**
 * The detectors a plan selects; none, and nothing loaded for it, under `--no-detectors`.
 * @throws DetectorFileError
 */
export async function loadSelected({ detectors }: Plan): Promise<LoadedDetectors> {
  if (detectors.select.length === 0) return { detectors: [], specs: [], places: [], notes: [] };
  return loadDetectors({ builtin: true, ...detectors });
}
