import type { DetectorSpec, Exception } from '../../engine/detectors/spec.ts';
import type { PlacedSpec } from '../detector-document.ts';
import type { DetectorProblem } from '../detector-file-error.ts';
import { carryAllowlist } from './allowlist.ts';
import type { CarryNote } from './carry-note.ts';
import { carryRule } from './carry-rule.ts';
import { type PlacedRule, readExtended } from './extend.ts';
import type { GitleaksAllowlist } from './gitleaks-form.ts';

/** In front of every imported id: `--detectors -gitleaks` switches them off. */
export const GITLEAKS_PROVIDER = 'gitleaks';

/** A gitleaks configuration as detectors of ours. */
export interface GitleaksDetectors {
  readonly specs: readonly PlacedSpec[];
  readonly problems: readonly DetectorProblem[];
  /** What did not come along, or means a little else. */
  readonly notes: readonly CarryNote[];
  /** Rules in the file and in those it extends. */
  readonly count: number;
}

interface Lists {
  readonly except: readonly Exception[];
  readonly lost: readonly string[];
}

/**
 * Reads a gitleaks configuration. @param name of the file in messages
 * @throws what `readFile` throws
 */
export async function readGitleaks(path: string, name: string): Promise<GitleaksDetectors> {
  const { rules, allowlists, notes, problems } = await readExtended(path, name);
  if (problems.length > 0) return { specs: [], problems, notes, count: rules.length };
  const all: CarryNote[] = [...notes];
  const global = allowlists.map((list) => ({ list, ...carryAllowlist(list) }));
  for (const { lost } of global)
    for (const message of lost) all.push({ file: name, line: 1, rule: null, level: 'part', message });
  const specs: PlacedSpec[] = [];
  const ids = new Set<string>();
  for (const [index, placed] of rules.entries()) {
    const { rule } = placed;
    const own = collect([rule.allowlist, ...rule.allowlists]);
    const shared = global.filter(({ list }) => appliesTo(list, rule.id)).flatMap(({ except }) => except);
    const id = idOf(rule.id || rule.description || `rule-${index + 1}`, ids);
    const carried = carryRule(rule, { id, provider: GITLEAKS_PROVIDER, except: [...shared, ...own.except] });
    const tell = (level: CarryNote['level'], message: string): void => {
      all.push({ file: placed.file, line: placed.line, rule: rule.id || null, level, message });
    };
    if ('why' in carried) {
      tell('left-out', carried.why);
      continue;
    }
    for (const message of [...carried.lost, ...own.lost]) tell('part', message);
    for (const message of carried.changes) tell('changed', message);
    if (rule.id !== '' && rules.slice(0, index).some((other) => other.rule.id === rule.id)) {
      tell('changed', 'the id stands twice; both rules run here, gitleaks takes the last one');
    }
    ids.add(id);
    specs.push(place(carried.spec, placed));
  }
  return { specs, problems: [], notes: all, count: rules.length };
}

function collect(lists: readonly (GitleaksAllowlist | undefined)[]): Lists {
  const carried = lists.filter((list) => list !== undefined).map(carryAllowlist);
  return { except: carried.flatMap(({ except }) => except), lost: carried.flatMap(({ lost }) => lost) };
}

function appliesTo({ targetrules }: GitleaksAllowlist, rule: string): boolean {
  return targetrules.length === 0 || targetrules.includes(rule);
}

function idOf(text: string, taken: ReadonlySet<string>): string {
  const words = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const id = `${GITLEAKS_PROVIDER}.${words || 'rule'}`;
  let free = id;
  for (let number = 2; taken.has(free); number++) free = `${id}-${number}`;
  return free;
}

function place(spec: DetectorSpec, { file, line, regexLine }: PlacedRule): PlacedSpec {
  return {
    spec,
    proven: true,
    problem: (field, message) => ({
      file,
      line: field[0] === 'pattern' ? regexLine : line,
      column: 1,
      id: spec.id,
      message,
    }),
  };
}
