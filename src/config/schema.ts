import { z } from 'zod';
import type { OptionType } from './option.ts';
import { OPTION_LIST } from './options.ts';
import { didYouMean } from './suggest.ts';

/** A problem with the file's shape, at its path of keys. */
export interface ShapeProblem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

type Tree = { [key: string]: Tree | OptionType };

/** Checks a parsed file against the options: known keys only, and the right kind of value at each. */
export function checkShape(content: unknown): ShapeProblem[] {
  const result = schemaOf(tree()).safeParse(content);
  if (result.success) return [];
  return result.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key], message: unknownKey(issue.path, key) }))
      : [{ path: issue.path, message: issue.message }],
  );
}

function tree(): Tree {
  const root: Tree = {};
  for (const [, { path, type }] of OPTION_LIST) {
    if (path === null) continue;
    const keys = path.split('.');
    let at = root;
    for (const key of keys.slice(0, -1)) {
      at[key] ??= {};
      at = at[key] as Tree;
    }
    at[keys.at(-1)!] = type;
  }
  return root;
}

function schemaOf(node: Tree): z.ZodType {
  const shape: Record<string, z.ZodType> = {};
  for (const [key, child] of Object.entries(node)) {
    shape[key] = (isType(child) ? leaf(child) : schemaOf(child)).nullish();
  }
  const error = (issue: { code?: string }): string | undefined =>
    issue.code === 'invalid_type' ? `must hold keys: ${Object.keys(node).join(', ')}` : undefined;
  return z.strictObject(shape, { error });
}

function isType(child: Tree | OptionType): child is OptionType {
  return typeof (child as { kind?: unknown }).kind === 'string';
}

/** What YAML may give for a type; what the words mean is decided by `parseValue`, as for flags. */
function leaf(type: OptionType): z.ZodType {
  switch (type.kind) {
    case 'list': {
      const error = 'must be a list of words';
      return z.union([z.string({ error }), z.array(z.string({ error }), { error })], { error });
    }
    case 'boolean':
      return z.boolean({ error: 'must be true or false' });
    case 'bytes':
      return z.union([z.string(), z.number()], {
        error: 'must be a size in bytes such as 512, 64KiB or 1MiB',
      });
    case 'count':
      return z.union([z.string(), z.number()], { error: 'must be a whole number' });
    case 'duration':
      return z.union([z.string(), z.literal(0)], {
        error: 'must be a duration with its unit: 500ms, 1s, 24h or 7d',
      });
    case 'address':
      return z.string({ error: 'must be HOST:PORT, for example 127.0.0.1:9090' });
    case 'enum':
      return z.string({ error: `must be one of ${type.words.join(', ')}` });
    default:
      return z.string({ error: 'must be text' });
  }
}

/** `unknown key`, and the nearest known one: beside it first, then anywhere in the file. */
function unknownKey(parent: readonly PropertyKey[], key: string): string {
  const paths = OPTION_LIST.flatMap(([, { path }]) => (path === null ? [] : [path]));
  const full = [...parent.map(String), key].join('.');
  const near = didYouMean(full, [...paths, ...sections(paths)]);
  if (near !== '') return `unknown key${near}`;
  const byLeaf = paths.find((path) => path.split('.').at(-1) === key);
  return byLeaf === undefined ? 'unknown key' : `unknown key; did you mean ${byLeaf}?`;
}

function sections(paths: readonly string[]): string[] {
  return [...new Set(paths.filter((path) => path.includes('.')).map((path) => path.split('.')[0]!))];
}
