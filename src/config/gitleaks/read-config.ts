import type { z } from 'zod';
import type { DetectorProblem } from '../detector-file-error.ts';
import { didYouMean } from '../suggest.ts';
import type { CarryNote } from './carry-note.ts';
import { GITLEAKS_FORM, type GitleaksConfig, KNOWN_KEYS } from './gitleaks-form.ts';
import { type RuleLines, ruleLines, tomlContent } from './gitleaks-toml.ts';

/** One file, by itself. */
export interface ReadConfig {
  /** Null when it has problems. */
  readonly config: GitleaksConfig | null;
  /** Of the rules, index by index. */
  readonly lines: readonly RuleLines[];
  readonly notes: readonly CarryNote[];
  readonly problems: readonly DetectorProblem[];
}

/** Reads TOML and gitleaks' form. @param file name for messages */
export function readConfig(text: string, file: string): ReadConfig {
  const read = tomlContent(text);
  if ('line' in read) {
    return failed([
      { file, line: read.line, column: read.column, id: null, message: 'is not valid TOML here' },
    ]);
  }
  const { content } = read;
  if (!['rules', 'extend', 'allowlist', 'allowlists'].some((key) => key in content)) {
    const message = 'is no gitleaks configuration: it has none of [[rules]], [extend] and [allowlist]';
    return failed([{ file, line: 1, column: 1, id: null, message }]);
  }
  const { rules } = content;
  const lines = ruleLines(text, Array.isArray(rules) ? rules.length : 0);
  const parsed = GITLEAKS_FORM.safeParse(content);
  if (!parsed.success)
    return failed(parsed.error.issues.map((issue) => problemOf(issue, content, { file, lines })));
  return { config: parsed.data, lines, notes: unknownKeys(parsed.data, { file, lines }), problems: [] };
}

function failed(problems: readonly DetectorProblem[]): ReadConfig {
  return { config: null, lines: [], notes: [], problems };
}

interface Source {
  readonly file: string;
  readonly lines: readonly RuleLines[];
}

function problemOf(
  { path, message }: z.core.$ZodIssue,
  content: Record<string, unknown>,
  { file, lines }: Source,
): DetectorProblem {
  const [top, index, key] = path;
  const place = top === 'rules' && typeof index === 'number' ? lines[index] : undefined;
  const rule = place === undefined ? undefined : (content.rules as { id?: unknown }[])[index as number];
  const line = place?.keys.get(String(key)) ?? place?.line ?? 1;
  const name = path.filter((step) => typeof step === 'string' && step !== 'rules').join('.') || 'rules';
  const id = typeof rule?.id === 'string' ? rule.id : null;
  return { file, line, column: 1, id, message: `${name}: ${message}` };
}

/** Keys that gitleaks has not: most likely misspelt, so that what they say is not in force there either. */
function unknownKeys(config: GitleaksConfig, { file, lines }: Source): CarryNote[] {
  const notes: CarryNote[] = [];
  const look = (
    of: keyof typeof KNOWN_KEYS,
    found: object,
    at: { line: number; rule: string | null },
  ): void => {
    for (const key of Object.keys(found)) {
      if (KNOWN_KEYS[of].includes(key)) continue;
      notes.push({
        ...at,
        file,
        level: 'part',
        message: `unknown key ${key}${didYouMean(key, KNOWN_KEYS[of])}`,
      });
    }
  };
  const top = { line: 1, rule: null };
  look('file', config, top);
  look('extend', config.extend ?? {}, top);
  for (const list of [config.allowlist ?? {}, ...config.allowlists]) look('allowlist', list, top);
  for (const [index, rule] of config.rules.entries()) {
    const at = { line: lines[index]!.line, rule: rule.id };
    look('rule', rule, at);
    for (const list of [rule.allowlist ?? {}, ...rule.allowlists]) look('allowlist', list, at);
  }
  return notes;
}
