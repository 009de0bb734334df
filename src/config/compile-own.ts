import { type Built, type CompiledDetector, compileDetector } from '../engine/detectors/compile-spec.ts';
import { assertRe2Takes } from '../engine/detectors/re2-detector.ts';
import { type DetectorSpec, DetectorSpecError } from '../engine/detectors/spec.ts';

/**
 * A built-in detector. Its keywords do not count where they stand in a secret by chance: whoever writes one looks for a
 * name, and a name stands ahead of its value.
 */
export function compileOurs(spec: DetectorSpec, built: Built = {}): CompiledDetector {
  return compileDetector(spec, built);
}

/**
 * A user's detector: its pattern has to be one that RE2 takes, and runs on our own machine when that reads it
 * and the window fits it, else on re2-wasm. Ours decides as early as it can and has no heap of 16 MiB to share: 220 rules in gitleaks' manner (a name, a
 * separator, a value) took re2-wasm 10 s to load and run once, and the 142nd aborted it; here they take 1 s. The two agree on what both
 * read (tests hold them together).
 * @throws DetectorSpecError when RE2 refuses the pattern, in its words, or neither takes the detector
 */
export function compileOwn(spec: DetectorSpec): CompiledDetector {
  if (spec.engine === 'ours') return compileOurs(spec);
  assertRe2Takes(spec);
  try {
    return compileDetector({ ...spec, engine: 'ours' });
  } catch (error) {
    if (!(error instanceof DetectorSpecError)) throw error;
    return compileDetector(spec);
  }
}
