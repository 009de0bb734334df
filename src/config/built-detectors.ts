import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Detector, Keyword } from '../engine/detectors/detector.ts';
import { followersIn } from '../engine/detectors/sift.ts';
import type { DetectorSpec } from '../engine/detectors/spec.ts';
import { chooseWindows } from '../engine/kernel/keyword-windows.ts';
import { idOf, KeywordIndex } from '../engine/keyword-index.ts';
import type { PlacedSpec } from './detector-document.ts';
import type { LoadedDetectors } from './detector-files.ts';
import type { DetectorFace } from './lazy-detector.ts';

/**
 * The package's own detectors as the build leaves them in dist, checked, in a form that needs neither the
 * YAML parser nor zod. The first line says what a start needs of each; a line for each with all the rest is
 * parsed when somebody asks. Under a test runner, from src, there is no such file.
 */
export const BUILT_DETECTORS: URL = new URL('../detectors.jsonl', import.meta.url);

/** The first line. */
interface Head {
  /** The sets of followers that there are, in base64: 3,000 keywords share some hundred. */
  readonly sets: readonly string[];
  readonly rows: readonly Row[];
}

/** Of each detector. */
interface Row {
  /** In place of followers the numbers of their sets; -1 for null. */
  readonly face: Omit<DetectorFace, 'followers'> & { readonly followers: readonly number[] };
  /** Bytes of its line. */
  readonly size: number;
  readonly file: string;
  readonly line: number;
}

/** A built-in detector that needs no further check; `spec` is parsed anew each time. */
export interface BuiltSpec extends PlacedSpec {
  readonly face: DetectorFace;
}

const LF = 0x0a;

/** @returns the built-in detectors in the order of their files; null where nothing was built */
export async function readBuilt(from: URL = BUILT_DETECTORS): Promise<readonly BuiltSpec[] | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(from);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  let at = bytes.indexOf(LF) + 1;
  const head = JSON.parse(bytes.toString('utf8', 0, at)) as Head;
  const sets = head.sets.map((set) => Buffer.from(set, 'base64'));
  return head.rows.map(({ face, size, file, line }): BuiltSpec => {
    const start = at;
    at += size;
    return {
      face: { ...face, followers: face.followers.map((set) => sets[set] ?? null) },
      get spec() {
        return JSON.parse(bytes.toString('utf8', start, start + size)) as DetectorSpec;
      },
      problem: (_, message) => ({ file, line, column: 1, id: face.id, message }),
    };
  });
}

/** Writes what the loader found good, with the window each detector was compiled to. Never half of it. */
export async function writeBuilt(
  { specs, detectors, places }: LoadedDetectors,
  to: URL = BUILT_DETECTORS,
): Promise<void> {
  const windowsOf = windowFinder(detectors);
  const sets = new SetNumbers();
  const lines = specs.map((spec) => Buffer.from(`${JSON.stringify(spec)}\n`));
  const rows = specs.map((spec, index): Row => {
    const { id, provider, kind, engine, confidence, mode, keywords, fold, multiline } = spec;
    const { before, after, runs, keywords: compiled, sift } = detectors[index]!;
    const pattern = sift();
    const { file, line } = places[index]!;
    const named = { id, provider, kind, engine, confidence, mode, keywords, fold, multiline };
    return {
      face: {
        ...named,
        before,
        after,
        runs,
        followers: compiled.map((keyword) => sets.numberOf(pattern && followersIn(pattern, keyword))),
        windows: windowsOf(compiled),
      },
      size: lines[index]!.length,
      file,
      line,
    };
  });
  const half = new URL(`${to.href}.${process.pid}`);
  await writeFile(
    half,
    Buffer.concat([Buffer.from(`${JSON.stringify({ sets: sets.packed, rows } satisfies Head)}\n`), ...lines]),
  );
  await rename(half, to);
}

/** Numbers different sets. */
class SetNumbers {
  readonly packed: string[] = [];
  readonly #known = new Map<string, number>();

  numberOf(set: Uint8Array | null): number {
    if (set === null) return -1;
    const key = Buffer.from(set).toString('base64');
    const number = this.#known.get(key) ?? this.packed.push(key) - 1;
    this.#known.set(key, number);
    return number;
  }
}

/** The windows of keywords, chosen among those of all detectors. */
function windowFinder(detectors: readonly Detector[]): (keywords: readonly Keyword[]) => number[] {
  const { keywords } = new KeywordIndex(detectors);
  const offsets = chooseWindows(keywords);
  const known = new Map(keywords.map((keyword, index) => [idOf(keyword), offsets[index]!]));
  return (some) => some.map((keyword) => known.get(idOf(keyword))!);
}
