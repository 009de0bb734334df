import { type CompiledDetector, compileDetector, keywordsOf } from '../engine/detectors/compile-spec.ts';
import type { Keyword, Runs } from '../engine/detectors/detector.ts';
import type { DetectorSpec } from '../engine/detectors/spec.ts';

/** What is known of a detector before its pattern is compiled. */
export interface DetectorFace
  extends Pick<
    DetectorSpec,
    'id' | 'provider' | 'kind' | 'engine' | 'confidence' | 'mode' | 'keywords' | 'fold' | 'multiline'
  > {
  /** The window it was compiled to when it was checked. */
  readonly before: number;
  readonly after: number;
  readonly runs: Runs;
  /** `Keyword.followers` as bits in base64 and `Keyword.window`, keyword by keyword; '' for null. */
  readonly followers: readonly string[];
  readonly windows: readonly number[];
}

/** `DetectorFace.followers` of these keywords. */
export function packFollowers(keywords: readonly Keyword[]): string[] {
  return keywords.map(({ followers }) => (followers ? bitsOf(followers).toString('base64') : ''));
}

function bitsOf(cells: Uint8Array): Buffer {
  const bits = Buffer.alloc(32);
  cells.forEach((cell, byte) => {
    bits[byte >>> 3]! |= cell << (byte & 7);
  });
  return bits;
}

function unpack(packed: string): Uint8Array | null {
  if (packed === '') return null;
  const bits = Buffer.from(packed, 'base64');
  return Uint8Array.from({ length: 256 }, (_, byte) => (bits[byte >>> 3]! >>> (byte & 7)) & 1);
}

/**
 * A built-in detector whose pattern is read and compiled when a keyword first wakes it: most detectors sleep
 * through a whole run, and compiling 200 of them took 0.4 s of a start. From outside it is immutable all
 * the same. Not for users' files, whose mistakes must be told at start.
 */
export function lazyDetector(face: DetectorFace, specOf: () => DetectorSpec): CompiledDetector {
  let compiled: CompiledDetector | null = null;
  const awake = (): CompiledDetector => {
    compiled ??= compileDetector(specOf());
    return compiled;
  };
  return {
    id: face.id,
    confidence: face.confidence,
    observe: face.mode === 'observe',
    keywords: keywordsOf(face).map((keyword, nth) => ({
      ...keyword,
      followers: unpack(face.followers[nth]!),
      window: face.windows[nth]!,
    })),
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
