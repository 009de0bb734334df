import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { CarryNote } from './carry-note.ts';
import type { GitleaksAllowlist, GitleaksConfig, GitleaksRule } from './gitleaks-form.ts';
import { type ReadConfig, readConfig } from './read-config.ts';

/** Files that extend each other, gitleaks itself goes two deep. */
const MAX_DEPTH = 4;

/** A rule and where it stands. */
export interface PlacedRule {
  readonly rule: GitleaksRule;
  readonly file: string;
  readonly line: number;
  readonly regexLine: number;
}

/** A file with what it extends worked in. */
export interface Extended {
  readonly rules: readonly PlacedRule[];
  readonly allowlists: readonly GitleaksAllowlist[];
  readonly notes: readonly CarryNote[];
  readonly problems: ReadConfig['problems'];
}

/**
 * Works in the files that `[extend]` names, relative to the file: a rule of the same id takes from the one below
 * what it leaves out. @param name of the file in messages
 */
export async function readExtended(
  path: string,
  name: string,
  above: readonly string[] = [],
): Promise<Extended> {
  const read = readConfig(await readFile(path, 'utf8'), name);
  if (read.config === null) return { rules: [], allowlists: [], notes: read.notes, problems: read.problems };
  const { config, lines } = read;
  const notes = [...read.notes, ...extendNotes(config, name)];
  const own = config.rules.map((rule, index): PlacedRule => {
    const { line, keys } = lines[index]!;
    return { rule, file: name, line, regexLine: keys.get('regex') ?? line };
  });
  const lists = allowlistsOf(config);
  const below = config.extend?.path ?? '';
  const flat = { rules: own, allowlists: lists, notes, problems: read.problems };
  if (below === '') return flat;
  const target = resolve(dirname(path), below);
  const problem = (message: string): Extended => ({
    ...flat,
    problems: [
      ...flat.problems,
      { file: name, line: 1, column: 1, id: null, message: `extend.path: ${message}` },
    ],
  });
  if (target === path || above.includes(target)) return problem(`${below} leads back to itself`);
  if (above.length + 1 >= MAX_DEPTH) return problem(`more than ${MAX_DEPTH} files extend each other`);
  try {
    const base = await readExtended(target, below, [...above, path]);
    return {
      rules: merge(base.rules, own, config.extend?.disabledrules ?? []),
      allowlists: [...base.allowlists, ...lists],
      notes: [...base.notes, ...notes],
      problems: [...base.problems, ...read.problems],
    };
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    return problem(`${below} cannot be read beside this file (${code})`);
  }
}

function allowlistsOf({ allowlist, allowlists }: GitleaksConfig): GitleaksAllowlist[] {
  return [...(allowlist === undefined ? [] : [allowlist]), ...allowlists];
}

function extendNotes({ extend }: GitleaksConfig, file: string): CarryNote[] {
  if (extend === undefined) return [];
  const note = (level: CarryNote['level'], message: string): CarryNote => ({
    file,
    line: 1,
    rule: null,
    level,
    message,
  });
  const notes: CarryNote[] = [];
  if (extend.usedefault) {
    notes.push(
      note('changed', "extend.useDefault: unleak's built-in detectors play the part of gitleaks' own rules"),
    );
    if (extend.disabledrules.length > 0) {
      const names = extend.disabledrules.join(', ');
      notes.push(
        note(
          'part',
          `extend.disabledRules (${names}): the ids are gitleaks'. To switch off a built-in detector: --detectors all,-ID (unleak detectors list)`,
        ),
      );
    }
  }
  if (extend.url !== '')
    notes.push(note('part', 'extend.url: nothing is fetched; save the file and name it as extend.path'));
  return notes;
}

function merge(
  base: readonly PlacedRule[],
  own: readonly PlacedRule[],
  disabled: readonly string[],
): PlacedRule[] {
  const kept = base.filter(({ rule }) => !disabled.includes(rule.id));
  const merged = kept.map((below) => {
    const above = own.find(({ rule }) => rule.id === below.rule.id);
    return above === undefined ? below : { ...above, rule: mergeRule(below.rule, above.rule) };
  });
  return [...merged, ...own.filter(({ rule }) => !kept.some((below) => below.rule.id === rule.id))];
}

function mergeRule(below: GitleaksRule, above: GitleaksRule): GitleaksRule {
  return {
    ...below,
    ...above,
    description: above.description || below.description,
    regex: above.regex || below.regex,
    path: above.path || below.path,
    entropy: above.entropy || below.entropy,
    secretgroup: above.secretgroup || below.secretgroup,
    keywords: [...below.keywords, ...above.keywords],
    required: [...below.required, ...above.required],
    allowlist: undefined,
    allowlists: [below, above].flatMap((rule) => [
      ...(rule.allowlist === undefined ? [] : [rule.allowlist]),
      ...rule.allowlists,
    ]),
  };
}
