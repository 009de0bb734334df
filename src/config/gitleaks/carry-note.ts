/** What became of a rule, or of a part of one. */
export interface CarryNote {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** The rule's id in the file; null for what belongs to none. */
  readonly rule: string | null;
  /** `left-out`: the rule does not run. `part`: it runs without this part. `changed`: it runs, and means a little else. */
  readonly level: 'left-out' | 'part' | 'changed';
  readonly message: string;
}

/** Rules named in one line of the log; the rest is a number. */
const MAX_NAMES = 20;

/**
 * What a run says at start, a line for each level and not for each rule: the log takes ten lines of a kind.
 * @returns nothing where all came along
 */
export function summarizeNotes(
  notes: readonly CarryNote[],
): { readonly level: 'warn' | 'info'; readonly code: string; readonly message: string }[] {
  const lines = [];
  for (const [level, code, what] of [
    ['left-out', 'RULES_LEFT_OUT', 'these rules do not run'],
    ['part', 'RULES_IN_PART', 'a part of these is not carried over'],
    ['changed', 'RULES_CHANGED', 'these mean a little else'],
  ] as const) {
    const some = notes.filter((note) => note.level === level);
    if (some.length === 0) continue;
    const names = [...new Set(some.map(({ rule }) => rule ?? 'the file itself'))];
    const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
    const files = [...new Set(some.map(({ file }) => file))].join(', ');
    const message = `${files}: ${what}: ${names.slice(0, MAX_NAMES).join(', ')}${more}. To see why: unleak detectors import FILE`;
    lines.push({ level: level === 'changed' ? ('info' as const) : ('warn' as const), code, message });
  }
  return lines;
}

/** One line for a person. */
export function describeNote({ file, line, rule, level, message }: CarryNote): string {
  const what = { 'left-out': 'left out', part: 'not carried over', changed: 'note' }[level];
  return `${file}:${line}: ${rule === null ? '' : `${rule}: `}${what}: ${message}`;
}
