import { type CompiledDetector, compileDetector } from '../engine/detectors/compile-spec.ts';
import { type DetectorSpec, DetectorSpecError } from '../engine/detectors/spec.ts';

/**
 * A user's detector, on our own machine when that reads the pattern and the window fits it, else on re2-wasm.
 * Ours decides as early as it can and has no heap of 16 MiB to share: 220 rules in gitleaks' manner (a name, a
 * separator, a value) took re2-wasm 10 s to load and run once, and the 142nd aborted it; here they take 1 s. The two agree on what both
 * read (tests hold them together).
 * @throws DetectorSpecError when neither takes it; then it says what RE2 says
 */
export function compileOwn(spec: DetectorSpec): CompiledDetector {
  if (spec.engine === 'ours') return compileDetector(spec);
  try {
    return compileDetector({ ...spec, engine: 'ours' });
  } catch (error) {
    if (!(error instanceof DetectorSpecError)) throw error;
    return compileDetector(spec);
  }
}
