import {
  type CompiledDetector,
  compileDetector,
  keywordsOf,
  RARE_KEYWORD,
} from '../engine/detectors/compile-spec.ts';
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
  /** `Keyword.followers` as bits in base64, '' for null; one a keyword that may have any, in their order. */
  readonly followers?: readonly string[];
}

/** What `DetectorFace.followers` holds for these keywords; left out when it would hold nothing. */
export function packFollowers(keywords: readonly Keyword[]): Pick<DetectorFace, 'followers'> {
  const short = keywords.filter(({ bytes }) => bytes.length < RARE_KEYWORD);
  if (short.length === 0) return {};
  return { followers: short.map(({ followers }) => (followers ? bitsOf(followers).toString('base64') : '')) };
}

function bitsOf(cells: Uint8Array): Buffer {
  const bits = Buffer.alloc(32);
  cells.forEach((cell, byte) => {
    bits[byte >>> 3]! |= cell << (byte & 7);
  });
  return bits;
}

function unpack(packed: string | undefined): Uint8Array | null {
  if (!packed) return null;
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
  let nth = 0;
  const awake = (): CompiledDetector => {
    compiled ??= compileDetector(specOf());
    return compiled;
  };
  return {
    id: face.id,
    confidence: face.confidence,
    observe: face.mode === 'observe',
    keywords: keywordsOf(face, () => unpack(face.followers?.[nth++])),
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
