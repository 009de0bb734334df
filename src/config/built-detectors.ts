import { readFile, rename, writeFile } from 'node:fs/promises';
import type { Detector, Keyword } from '../engine/detectors/detector.ts';
import { followersIn } from '../engine/detectors/sift.ts';
import type { DetectorSpec } from '../engine/detectors/spec.ts';
import { chooseWindows } from '../engine/kernel/keyword-windows.ts';
import { idOf, KeywordIndex, latin1 } from '../engine/keyword-index.ts';
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
  /** The sets of followers that there are, in base64: the keywords share some hundred. */
  readonly sets: readonly string[];
  /** Each keyword once: its text, whether it folds, its window, and the number of its set (-1: null). */
  readonly keywords: readonly (readonly [string, 0 | 1, number, number])[];
  readonly rows: readonly Row[];
}

/** Of each detector; its keywords by their places in the list. */
interface Row {
  readonly face: Omit<DetectorFace, 'keywords'> & { readonly keywords: readonly number[] };
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
  const keywords = readKeywords(head);
  return head.rows.map(({ face, size, file, line }): BuiltSpec => {
    const start = at;
    at += size;
    return {
      face: { ...face, keywords: face.keywords.map((keyword) => keywords[keyword]!) },
      get spec() {
        return JSON.parse(bytes.toString('utf8', start, start + size)) as DetectorSpec;
      },
      problem: (_, message) => ({ file, line, column: 1, id: face.id, message }),
    };
  });
}

function readKeywords({ sets, keywords }: Head): Keyword[] {
  const followers = sets.map((set) => Buffer.from(set, 'base64'));
  return keywords.map(([text, fold, window, set]) => {
    const bytes = Buffer.from(text, 'latin1');
    return { bytes, fold: fold === 1, followers: followers[set] ?? null, window, id: idOf(fold === 1, text) };
  });
}

/** Writes what the loader found good, with the window each detector was compiled to. Never half of it. */
export async function writeBuilt(
  { specs, detectors, places }: LoadedDetectors,
  to: URL = BUILT_DETECTORS,
): Promise<void> {
  const { list, numbersOf } = listKeywords(detectors);
  const lines = specs.map((spec) => Buffer.from(`${JSON.stringify(spec)}\n`));
  const rows = specs.map(({ id, provider, kind, engine, confidence, mode, multiline }, index): Row => {
    const { before, after, runs, sift } = detectors[index]!;
    const pattern = sift();
    const { file, line } = places[index]!;
    const named = { id, provider, kind, engine, confidence, mode, multiline };
    return {
      face: {
        ...named,
        keywords: numbersOf(index),
        before,
        after,
        runs,
        anchored: pattern?.anchored ?? false,
        spelled: pattern?.counts === 'spelled',
      },
      size: lines[index]!.length,
      file,
      line,
    };
  });
  const head: Head = { ...list, rows };
  const half = new URL(`${to.href}.${process.pid}`);
  await writeFile(half, Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...lines]));
  await rename(half, to);
}

/** Every keyword with its window, chosen among all, and with what may follow it in a finding by any detector. */
function listKeywords(detectors: readonly Detector[]): {
  list: Pick<Head, 'sets' | 'keywords'>;
  numbersOf: (detector: number) => number[];
} {
  const wholly = detectors.map((detector) => {
    const sift = detector.sift();
    const keywords = detector.keywords.map(({ bytes, fold }) => {
      const keyword = { bytes, fold };
      return { ...keyword, followers: sift === null ? null : followersIn(sift, keyword) };
    });
    return { ...detector, keywords };
  });
  const { keywords } = new KeywordIndex(wholly);
  const windows = chooseWindows(keywords);
  const texts = keywords.map(latin1);
  const numbers = new Map(keywords.map(({ fold }, index) => [idOf(fold, texts[index]!), index]));
  const packed = keywords.map(({ followers }) => followers && Buffer.from(followers).toString('base64'));
  const sets = [...new Set(packed.filter((set) => typeof set === 'string'))];
  const numberOf = (keyword: Keyword): number => numbers.get(idOf(keyword.fold, latin1(keyword)))!;
  return {
    list: {
      sets,
      keywords: keywords.map(({ fold }, index) => [
        texts[index]!,
        fold ? 1 : 0,
        windows[index]!,
        sets.indexOf(packed[index] ?? ''),
      ]),
    },
    numbersOf: (detector) => detectors[detector]!.keywords.map(numberOf),
  };
}
