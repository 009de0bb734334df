import { type CompiledDetector, compileDetector, keywordsOf } from '../engine/detectors/compile-spec.ts';
import type { DetectorSpec } from '../engine/detectors/spec.ts';

/** A specification that was compiled once already, so that its window is known. */
export type CheckedSpec = DetectorSpec & { readonly window: NonNullable<DetectorSpec['window']> };

/**
 * A built-in detector whose pattern is compiled when a keyword first wakes it: most detectors sleep through
 * a whole run, and compiling all of them took 0.4 s of a start. From outside it is immutable all the same.
 * Not for users' files, whose mistakes must be told at start.
 */
export function lazyDetector(spec: CheckedSpec): CompiledDetector {
  let compiled: CompiledDetector | null = null;
  const awake = (): CompiledDetector => {
    compiled ??= compileDetector(spec);
    return compiled;
  };
  return {
    id: spec.id,
    confidence: spec.confidence,
    observe: spec.mode === 'observe',
    keywords: keywordsOf(spec),
    before: spec.window.before,
    after: spec.window.after,
    multiline: spec.multiline,
    verify: (haystack, window, verdict) => (compiled ?? awake()).verify(haystack, window, verdict),
    checked: (bytes, start, end) => (compiled ?? awake()).checked(bytes, start, end),
  };
}
