import { type Document, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { DetectorSpec, Exception } from '../engine/detectors/spec.ts';
import type { DetectorProblem } from './detector-file-error.ts';
import { DETECTOR_FILE, type DetectorData } from './detector-schema.ts';
import { keyOffset } from './key-offset.ts';
import { didYouMean } from './suggest.ts';
import { yamlContent } from './yaml-content.ts';

type Path = readonly PropertyKey[];

/** A detector and where it came from. */
export interface PlacedSpec {
  readonly spec: DetectorSpec;
  /** Its examples were run when they were minted. */
  readonly proven?: boolean;
  /** The problem that a field of it has, at its place in the file. */
  problem(field: Path, message: string): DetectorProblem;
}

/**
 * Reads one detector file: YAML and its form, not yet the patterns.
 * @param file name for messages @param engine what runs its patterns
 */
export function readDetectorDocument(
  text: string,
  file: string,
  engine: DetectorSpec['engine'],
): { specs: PlacedSpec[]; problems: DetectorProblem[] } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems = document.errors.map((error): DetectorProblem => {
    const { line, col } = lines.linePos(error.pos[0]);
    // The library's messages may quote the text, and the file may be the wrong one: only its code is told.
    const what = error.code.toLowerCase().replaceAll('_', ' ');
    return { file, line, column: col, id: null, message: `is not valid YAML here (${what})` };
  });
  if (problems.length > 0) return { specs: [], problems };
  const place: Place = (path, message, atKey = false) => {
    const key = atKey ? keyOffset(document, path) : undefined;
    const { line, col } = lines.linePos(key ?? offsetOf(document, path));
    return { file, line, column: col, id: idAt(document, path), message };
  };
  const parsed = yamlContent(document);
  if ('problem' in parsed) return { specs: [], problems: [place([], parsed.problem)] };
  const { content } = parsed;
  if (content === null || typeof content !== 'object' || Array.isArray(content)) {
    return { specs: [], problems: [place([], 'the file must hold the keys provider and detectors')] };
  }
  const read = DETECTOR_FILE.safeParse(content);
  if (!read.success)
    return { specs: [], problems: read.error.issues.flatMap((issue) => explain(issue, place)) };
  const { provider, detectors } = read.data;
  const specs = detectors.map(
    (data, index): PlacedSpec => ({
      spec: toSpec(data, provider, engine),
      problem: (field, message) => place(['detectors', index, ...field], message),
    }),
  );
  return { specs, problems: [] };
}

function toSpec(data: DetectorData, provider: string, engine: DetectorSpec['engine']): DetectorSpec {
  const listed = data.except.map((item): Exception => {
    if (typeof item === 'string') return { kind: 'word', word: item };
    if ('contains' in item) return { kind: 'contains', text: item.contains };
    if ('pattern' in item) return { kind: 'pattern', pattern: item.pattern, of: item.of };
    return { kind: 'list', list: item.list };
  });
  const generic: Exception[] = data.kind === 'generic' ? [{ kind: 'list', list: 'placeholders' }] : [];
  return {
    ...data,
    provider,
    engine,
    fold: data.fold === 'ascii',
    window: data.window ?? null,
    check: data.check ?? null,
    except: [...generic, ...listed],
  };
}

/** Offset of the deepest node of the path that exists. */
function offsetOf(document: Document, path: Path): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as
      | { range?: [number, number, number] }
      | undefined;
    if (node?.range) return node.range[0];
  }
  return 0;
}

function idAt(document: Document, path: Path): string | null {
  if (path[0] !== 'detectors' || path.length < 2) return null;
  const id = document.getIn([...path.slice(0, 2), 'id']);
  return typeof id === 'string' ? id : null;
}

/** A problem at a path of the file: where the value stands, or its key. */
type Place = (path: Path, message: string, atKey?: boolean) => DetectorProblem;

function explain(issue: z.core.$ZodIssue, place: Place): DetectorProblem[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      place([...issue.path, key], `unknown key ${key}${guess(key, issue.path)}`, true),
    );
  }
  const name = nameOf(issue.path);
  if (issue.code === 'too_small' && issue.origin === 'array') {
    const items = issue.minimum === 1 ? 'item' : 'items';
    return [place(issue.path, `${name}: is a list of ${issue.minimum} ${items} or more`)];
  }
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) {
    return [place(issue.path, `${name} is missing`)];
  }
  return [place(issue.path, `${name}: ${issue.message}`)];
}

/** The field a person wrote, and which of its items, from 1: `counterexamples 2`, `counterexamples 2 why`. */
function nameOf(path: Path): string {
  if (path.length === 0) return 'the file';
  const inside = path[0] === 'detectors' && path.length > 2 ? path.slice(2) : path;
  return inside.map((key) => (typeof key === 'number' ? key + 1 : String(key))).join(' ');
}

function guess(key: string, path: Path): string {
  const shape =
    path.length === 0
      ? Object.keys(DETECTOR_FILE.shape)
      : path.length === 2
        ? Object.keys(DETECTOR_FILE.shape.detectors.element.shape)
        : path.at(-1) === 'window'
          ? ['before', 'after']
          : ['text', 'why', 'contains', 'pattern', 'of', 'list'];
  return didYouMean(key, shape) || `; known here: ${shape.join(', ')}`;
}
