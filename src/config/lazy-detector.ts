import type { CompiledDetector } from '../engine/detectors/compile-spec.ts';
import type { Keyword, Runs } from '../engine/detectors/detector.ts';
import type { DetectorSpec } from '../engine/detectors/spec.ts';
import { compileOurs } from './compile-own.ts';

/** What is known of a detector before its pattern is compiled. */
export interface DetectorFace
  extends Pick<DetectorSpec, 'id' | 'provider' | 'kind' | 'engine' | 'confidence' | 'mode' | 'multiline'> {
  /** With their windows, and what may follow them. */
  readonly keywords: readonly Keyword[];
  /** The window it was compiled to when it was checked. */
  readonly before: number;
  readonly after: number;
  readonly runs: Runs;
  /** As `Built`. */
  readonly anchored: boolean;
  readonly spelled: boolean;
}

/**
 * A built-in detector whose pattern is read and compiled when a keyword first wakes it: most detectors sleep
 * through a whole run, and compiling 200 of them took 0.4 s of a start. From outside it is immutable all
 * the same. Not for users' files, whose mistakes must be told at start.
 */
export function lazyDetector(face: DetectorFace, specOf: () => DetectorSpec): CompiledDetector {
  let compiled: CompiledDetector | null = null;
  const awake = (): CompiledDetector => {
    compiled ??= compileOurs(specOf(), face);
    return compiled;
  };
  return {
    id: face.id,
    confidence: face.confidence,
    observe: face.mode === 'observe',
    keywords: face.keywords,
    before: face.before,
    after: face.after,
    runs: face.runs,
    multiline: face.multiline,
    verify: (haystack, window, verdict) => (compiled ?? awake()).verify(haystack, window, verdict),
    mayFind: (haystack, place) => (compiled ?? awake()).mayFind(haystack, place),
    sift: () => (compiled ?? awake()).sift(),
    checked: (bytes, start, end) => (compiled ?? awake()).checked(bytes, start, end),
  };
}
