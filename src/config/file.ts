import { readFile } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import type { LineCounter, YAMLError } from 'yaml';
import { keyOffset } from './key-offset.ts';
import { OPTION_LIST, type OptionName } from './options.ts';
import { yamlContent } from './yaml-content.ts';

export const DEFAULT_CONFIG_FILE = 'unleak.yaml';
/** A larger file is not a configuration: it is the wrong file. */
const MAX_FILE_BYTES = 1024 * 1024;

/** What a file says, per option, still as it was written, with its place for messages. */
export interface FileValues {
  /** Shown in messages; null when there is no file. */
  readonly name: string | null;
  readonly values: ReadonlyMap<OptionName, { readonly raw: Raw; readonly where: string }>;
  readonly problems: readonly string[];
}

export type Raw = string | number | boolean | readonly string[];

const NO_FILE: FileValues = { name: null, values: new Map(), problems: [] };

/**
 * Reads the configuration file: strict YAML, unknown keys are problems. No message quotes the file beyond
 * its keys: it may be the wrong file, and hold a secret.
 * @param path as the user gave it; null: ./unleak.yaml, when it exists
 */
export async function readConfigFile(path: string | null, cwd: string): Promise<FileValues> {
  const name = path ?? DEFAULT_CONFIG_FILE;
  const full = resolve(cwd, name);
  const shown = isAbsolute(name) ? name : relative(cwd, full);
  let text: Buffer;
  try {
    text = await readFile(full);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown';
    if (path === null && code === 'ENOENT') return NO_FILE;
    return { ...NO_FILE, name: shown, problems: [`${shown}: cannot be read (${code})`] };
  }
  if (text.length > MAX_FILE_BYTES) {
    return {
      ...NO_FILE,
      name: shown,
      problems: [`${shown}: is larger than 1 MiB; this is not a configuration file`],
    };
  }
  return parseConfig(text.toString('utf8'), shown);
}

async function parseConfig(text: string, name: string): Promise<FileValues> {
  const { LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: true,
    schema: 'core',
  });
  if (document.errors.length > 0) {
    return { ...NO_FILE, name, problems: document.errors.map((error) => yamlProblem(error, name, lines)) };
  }
  const read = yamlContent(document);
  if ('problem' in read) return { ...NO_FILE, name, problems: [`${name}: ${read.problem}`] };
  const { content } = read;
  // An empty file, or comments only.
  if (content === null || content === undefined) return { ...NO_FILE, name };
  const { checkShape } = await import('./schema.ts');
  const where = (path: readonly PropertyKey[]): string => {
    const node = document.getIn(path, true) as { range?: [number, number, number] } | undefined;
    const offset = keyOffset(document, path) ?? node?.range?.[0] ?? 0;
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  const wrong = checkShape(content);
  const values = new Map<OptionName, { raw: Raw; where: string }>();
  for (const [option, { path }] of OPTION_LIST) {
    // What has the wrong shape is told once; the rest is still read, so that all problems come together.
    if (path === null || wrong.some((problem) => concerns(problem.path, path))) continue;
    const raw = pick(content, path.split('.'));
    if (raw === undefined || raw === null) continue;
    values.set(option, { raw: raw as Raw, where: `${where(path.split('.'))} ${path}` });
  }
  const problems = wrong.map(({ path, message }) =>
    path.length === 0
      ? `${name}: the file ${message}`
      : `${where(path)} ${path.map(String).join('.')}: ${message}`,
  );
  return { name, values, problems };
}

/** The library's messages may quote the text: only its code is told. */
function yamlProblem(error: YAMLError, name: string, lines: LineCounter): string {
  const { line, col } = lines.linePos(error.pos[0]);
  const what = error.code.toLowerCase().replaceAll('_', ' ');
  return `${name}:${line}:${col} is not valid YAML here (${what})`;
}

function concerns(wrong: readonly PropertyKey[], path: string): boolean {
  return (
    wrong.length === 0 || path.split('.').every((key, depth) => depth >= wrong.length || wrong[depth] === key)
  );
}

function pick(content: unknown, keys: readonly string[]): unknown {
  let at = content;
  for (const key of keys) at = (at as Record<string, unknown> | null | undefined)?.[key];
  return at;
}
