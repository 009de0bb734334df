import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { closest } from 'fastest-levenshtein';
import type { Detector } from '../engine/detectors/detector.ts';
import { type DetectorSpec, DetectorSpecError } from '../engine/detectors/spec.ts';
import { type BuiltSpec, readBuilt } from './built-detectors.ts';
import { compileOwn } from './compile-own.ts';
import type { PlacedSpec } from './detector-document.ts';
import type { ExampleRow } from './detector-examples.ts';
import { DetectorFileError, type DetectorProblem } from './detector-file-error.ts';
import type { CarryNote } from './gitleaks/carry-note.ts';
import { lazyDetector } from './lazy-detector.ts';

/** The package's own detector files: the same distance from src/config and from dist/config. */
export const BUILTIN_DETECTORS: URL = new URL('../../detectors/', import.meta.url);

export interface DetectorRequest {
  /** Read the package's own files too. */
  readonly builtin: boolean;
  /** Which detectors to keep, see `selects`. Users' own files are always kept whole unless excluded. */
  readonly select: readonly string[];
  /** Where that was said, for messages; `--detectors` unless given. */
  readonly selectedAt?: string;
  /** Users' own files: ours in YAML, or gitleaks' configuration, told by its ending `.toml`. */
  readonly files: readonly string[];
}

/** Detectors and their data, index by index. */
export interface LoadedDetectors {
  readonly detectors: readonly Detector[];
  readonly specs: readonly DetectorSpec[];
  /** Where each stands. */
  readonly places: readonly { readonly file: string; readonly line: number }[];
  /** What did not come along from gitleaks' configuration. */
  readonly notes: readonly CarryNote[];
}

type RunExamples = (spec: DetectorSpec, detector: Detector) => ExampleRow[];

/** A keyword shorter than this many bytes would wake its detector on every line. */
const MIN_KEYWORD_BYTES = 3;

/**
 * Reads, checks and compiles detector files. Users' files must pass their own examples; the built-in ones
 * are checked by tests, and come from the build's `detectors.jsonl` where there is one.
 * @throws DetectorFileError with every problem of every file
 */
export async function loadDetectors(request: DetectorRequest): Promise<LoadedDetectors> {
  const problems: DetectorProblem[] = [];
  const built = request.builtin ? await readBuilt() : null;
  const own = built ?? (request.builtin ? await readOwn(problems) : []);
  const notes: CarryNote[] = [];
  const users = await readUsers(request.files, problems, notes);
  const placed: PlacedSpec[] = [...own, ...users];
  problems.push(...findDuplicates(placed));
  problems.push(...findBadSelectors(request, placed));
  const wanted = placed.filter((item) => selects(request.select, nameOf(item)));
  const runExamples = users.length > 0 ? (await import('./detector-examples.ts')).runExamples : () => [];
  const detectors = wanted.map((item) =>
    isBuilt(item) ? lazyDetector(item.face, () => item.spec) : build(item, problems, runExamples),
  );
  if (problems.length > 0) throw new DetectorFileError(problems);
  return {
    detectors: detectors.filter((detector) => detector !== null),
    // A start does not ask, and the built ones would have to be parsed.
    get specs() {
      return wanted.map(({ spec }) => spec);
    },
    get places() {
      return wanted.map(({ problem }) => problem(['id'], ''));
    },
    notes,
  };
}

function isBuilt(item: PlacedSpec): item is BuiltSpec {
  return 'face' in item;
}

/** What selectors and messages call a detector by. */
type Named = Pick<DetectorSpec, 'id' | 'provider' | 'kind' | 'engine'>;

function nameOf(item: PlacedSpec): Named {
  return isBuilt(item) ? item.face : item.spec;
}

async function readOwn(problems: DetectorProblem[]): Promise<PlacedSpec[]> {
  const files = (await builtinFiles()).map((name) => ({
    path: fileURLToPath(new URL(name, BUILTIN_DETECTORS)),
    name: `detectors/${name}`,
  }));
  return readFiles(files, 'ours', problems);
}

async function readUsers(
  files: readonly string[],
  problems: DetectorProblem[],
  notes: CarryNote[],
): Promise<PlacedSpec[]> {
  const placed: PlacedSpec[] = [];
  for (const path of files) {
    if (path.toLowerCase().endsWith('.toml')) placed.push(...(await readToml(path, problems, notes)));
    else placed.push(...(await readFiles([{ path, name: path }], 're2', problems)));
  }
  return placed;
}

async function readToml(
  path: string,
  problems: DetectorProblem[],
  notes: CarryNote[],
): Promise<PlacedSpec[]> {
  // The TOML parser and what mints examples, for those who name such a file.
  const { readGitleaks } = await import('./gitleaks/read-gitleaks.ts');
  try {
    const read = await readGitleaks(path, path);
    problems.push(...read.problems);
    notes.push(...read.notes);
    return [...read.specs];
  } catch (error) {
    problems.push(unreadable(path, error));
    return [];
  }
}

async function readFiles(
  files: readonly { readonly path: string; readonly name: string }[],
  engine: DetectorSpec['engine'],
  problems: DetectorProblem[],
): Promise<PlacedSpec[]> {
  if (files.length === 0) return [];
  // The YAML parser and zod: a third of a second on a slow machine, for those who have files of their own.
  const { readDetectorDocument } = await import('./detector-document.ts');
  const placed: PlacedSpec[] = [];
  for (const { path, name } of files) {
    try {
      const read = readDetectorDocument(await readFile(path, 'utf8'), name, engine);
      problems.push(...read.problems);
      placed.push(...read.specs);
    } catch (error) {
      problems.push(unreadable(name, error));
    }
  }
  return placed;
}

/** @throws the error, when it is not the system's */
function unreadable(file: string, error: unknown): DetectorProblem {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined) throw error;
  return { file, line: 0, column: 0, id: null, message: `cannot be read (${code})` };
}

/** Names of the package's own detector files, sorted. */
export async function builtinFiles(): Promise<string[]> {
  const names = await readdir(BUILTIN_DETECTORS);
  return names.filter((name) => name.endsWith('.yaml')).sort();
}

/**
 * The last selector that fits decides: `all`, `vendor`, `generic`, an id or the beginning of one up to a dot
 * or dash, each with `-` in front to exclude. What none fits is taken unless something was asked for by name.
 * Users' own detectors need no selector.
 */
export function selects(selectors: readonly string[], spec: Named): boolean {
  let taken = spec.engine === 're2' || selectors.every((selector) => selector.startsWith('-'));
  for (const selector of selectors) {
    const excludes = selector.startsWith('-');
    if (fits(excludes ? selector.slice(1) : selector, spec)) taken = !excludes;
  }
  return taken;
}

function fits(selector: string, spec: Named): boolean {
  if (selector === 'all' || selector === spec.kind || selector === spec.id) return true;
  return spec.id.startsWith(selector) && /[.-]/.test(spec.id[selector.length] ?? '');
}

function build(item: PlacedSpec, problems: DetectorProblem[], runExamples: RunExamples): Detector | null {
  const { spec } = item;
  for (const [index, keyword] of spec.keywords.entries()) {
    if (keyword.length < MIN_KEYWORD_BYTES) {
      problems.push(
        item.problem(['keywords', index], `keyword ${keyword} is shorter than ${MIN_KEYWORD_BYTES} bytes`),
      );
    }
  }
  if (!spec.id.startsWith(`${spec.provider}.`)) {
    problems.push(item.problem(['id'], `the id does not begin with its provider, ${spec.provider}.`));
  }
  try {
    const detector = compileOwn(spec);
    if (spec.engine === 're2' && item.proven !== true)
      problems.push(...failedExamples(item, runExamples(spec, detector)));
    return detector;
  } catch (error) {
    if (!(error instanceof DetectorSpecError)) throw error;
    problems.push(
      item.problem(
        [error.field],
        `${error.field}: ${error.message.slice(spec.id.length + error.field.length + 4)}`,
      ),
    );
    return null;
  }
}

function failedExamples(item: PlacedSpec, rows: readonly ExampleRow[]): DetectorProblem[] {
  return rows
    .filter((row) => !row.passed)
    .map((row) => item.problem([`${row.kind}s`, row.index], `this ${row.kind} ${row.message}`));
}

function findDuplicates(placed: readonly PlacedSpec[]): DetectorProblem[] {
  const first = new Map<string, DetectorProblem>();
  const problems: DetectorProblem[] = [];
  for (const item of placed) {
    const here = item.problem(['id'], '');
    const { id } = nameOf(item);
    const known = first.get(id);
    if (known === undefined) first.set(id, here);
    else problems.push({ ...here, message: `the id stands at ${known.file}:${known.line} already` });
  }
  return problems;
}

function findBadSelectors(request: DetectorRequest, placed: readonly PlacedSpec[]): DetectorProblem[] {
  if (placed.length === 0) return [];
  return request.select.flatMap((selector) => {
    const name = selector.replace(/^-/, '');
    if (name === 'all' || name === 'vendor' || name === 'generic') return [];
    if (placed.some((item) => fits(name, nameOf(item)))) return [];
    const names = placed.map(nameOf).flatMap(({ provider, id }) => [provider, id]);
    const message = `selects no detector; did you mean ${closest(name, names)}?`;
    return [
      { file: `${request.selectedAt ?? '--detectors'} ${selector}`, line: 0, column: 0, id: null, message },
    ];
  });
}
