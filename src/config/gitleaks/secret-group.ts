import type { Node } from '../../engine/pattern/ast.ts';
import { minLength } from '../../engine/pattern/measure.ts';
import { parsePattern } from '../../engine/pattern/parse.ts';
import { type Group, type Outline, outlineOf, renameGroups } from './regex-source.ts';

/** Groups that a pattern of ours may have: `secret`, `secret2` to `secret9`. */
const MAX_GROUPS = 9;

/** A pattern of ours, and what it means else than the rule; empty when it means the same. */
export interface SecretPattern {
  readonly pattern: string;
  readonly change: string;
}

/**
 * Names the group that gitleaks takes for the secret: the one that `secretGroup` counts to, else the first that
 * is not empty, else the whole match. Where that changes from match to match in a way no name can tell, the
 * whole match is the secret: too much rather than too little.
 * @returns null when there is no group of that number, for then gitleaks finds nothing
 * @throws PatternError
 */
export function nameSecret(source: string, secretGroup: number): SecretPattern | null {
  const outline = outlineOf(source);
  const { groups } = outline;
  if (secretGroup > groups.length) return null;
  if (groups.length === 0) return { pattern: whole(source, outline), change: '' };
  const wanted = secretGroup > 0 ? [groups[secretGroup - 1]!] : firstSuitable(source, groups);
  if (wanted?.some((group) => group.repeated)) {
    const change = 'the whole match is redacted: the group of the secret stands in a repetition';
    return { pattern: whole(source, outline), change };
  }
  if (secretGroup > 0) {
    return { pattern: renameGroups(source, outline, (group) => nameOf(wanted!.indexOf(group))), change: '' };
  }
  const named = wanted === null ? null : nameEach(source, outline, wanted);
  if (named !== null && everyWayHasSecret(parsePattern(named).root)) return { pattern: named, change: '' };
  const change =
    'the whole match is redacted: which group holds the secret changes from match to match; secretGroup can say it';
  return { pattern: whole(source, outline), change };
}

function nameOf(index: number): string | null {
  return index < 0 ? null : index === 0 ? 'secret' : `secret${index + 1}`;
}

function whole(source: string, outline: Outline): string {
  return `(?P<secret>${renameGroups(source, outline, () => null)})`;
}

/** The first group of each way through the expression; null when one of them may be empty or missing. */
function firstSuitable(source: string, groups: readonly Group[]): Group[] | null {
  const chosen: Group[] = [];
  for (const group of groups) {
    if (!chosen.every((other) => excludeEachOther(other, group))) continue;
    if (group.optional || minLength(parsePattern(source.slice(group.body, group.close)).root) === 0)
      return null;
    chosen.push(group);
  }
  return chosen;
}

function excludeEachOther(a: Group, b: Group): boolean {
  return a.path.some((step, depth) => {
    const other = b.path[depth];
    return other !== undefined && other.level === step.level && other.branch !== step.branch;
  });
}

/** Where gitleaks finds no group in a match it takes the whole: then no name may stand for it. */
function everyWayHasSecret(node: Node): boolean {
  switch (node.kind) {
    case 'secret':
      return true;
    case 'concat':
      return node.items.some(everyWayHasSecret);
    case 'alternate':
      return node.items.every(everyWayHasSecret);
    case 'repeat':
      return node.min > 0 && everyWayHasSecret(node.item);
    default:
      return false;
  }
}

/** Names the groups; an alternative at the top that has none becomes one. Null when there are too many. */
function nameEach(source: string, outline: Outline, wanted: readonly Group[]): string | null {
  const { branches, groups, lateFlags } = outline;
  const holds = ([from, to]: readonly [number, number]): boolean =>
    wanted.some(({ open }) => open >= from && open < to);
  const bare = branches.filter((branch) => !holds(branch)).length;
  if (wanted.length + bare > MAX_GROUPS) return null;
  if (bare === 0 || lateFlags) return renameGroups(source, outline, (group) => nameOf(wanted.indexOf(group)));
  let next = wanted.length;
  return branches
    .map((branch) => {
      const [from, to] = branch;
      const text = source.slice(from, to);
      const part = outlineOf(text);
      const own = groups.filter(({ open }) => open >= from && open < to);
      const renamed = renameGroups(text, part, (group) =>
        nameOf(wanted.indexOf(own[part.groups.indexOf(group)]!)),
      );
      if (holds(branch)) return renamed;
      // Flags at the beginning hold for all alternatives, so they stay outside of the group.
      const flags = /^\(\?[imsU]*(?:-[imsU]+)?\)/.exec(renamed)?.[0] ?? '';
      return `${flags}(?P<${nameOf(next++)}>${renamed.slice(flags.length)})`;
    })
    .join('|');
}
