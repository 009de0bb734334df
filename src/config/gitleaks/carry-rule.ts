import { compileDetector } from '../../engine/detectors/compile-spec.ts';
import { type DetectorSpec, DetectorSpecError, type Exception } from '../../engine/detectors/spec.ts';
import { type Node, PatternError } from '../../engine/pattern/ast.ts';
import type { ByteSet } from '../../engine/pattern/byte-set.ts';
import { looksAround, maxLength, minLength } from '../../engine/pattern/measure.ts';
import { parsePattern } from '../../engine/pattern/parse.ts';
import type { GitleaksRule } from './gitleaks-form.ts';
import { mintExamples } from './mint-examples.ts';
import { asciiSource, quoted } from './regex-source.ts';
import { requiredLiterals } from './required-literals.ts';
import { nameSecret } from './secret-group.ts';

/** Ahead of a keyword a rule looks this far at most: the engine keeps 1 KiB of context. */
const MOST_BEFORE = 256;
/** Behind it, where the pattern has no end of its own: private keys and JWTs fit, and 16 KiB are held at most. */
const OPEN_AFTER = 8192;
const MOST_AFTER = 16_000;
/** A keyword that need not stand in the match reaches this far: a field or two of a log line. */
const NEAR = 256;
const MIN_KEYWORD = 3;
/** Shannon bits per byte cannot be more. */
const MOST_ENTROPY = 8;

/** A rule in our form, or why it has none. */
export type CarriedRule =
  | { readonly spec: DetectorSpec; readonly changes: readonly string[]; readonly lost: readonly string[] }
  | { readonly why: string };

/** What wakes a rule and what it then looks at. */
interface Woken extends Pick<DetectorSpec, 'keywords' | 'fold' | 'pattern' | 'window'> {
  readonly root: Node;
  readonly changes: readonly string[];
}

/** Why a rule cannot be carried over. */
class NotCarried extends Error {}

/**
 * Turns one rule into a detector. @param except what its allowlists became
 * @param id of the detector, with its provider in front
 */
export function carryRule(
  rule: GitleaksRule,
  { id, provider, except }: { id: string; provider: string; except: readonly Exception[] },
): CarriedRule {
  try {
    refuseForeign(rule);
    const named = nameSecret(asciiSource(rule.regex), rule.secretgroup);
    if (named === null)
      throw new NotCarried(`secretGroup is ${rule.secretgroup}, and the regex has fewer groups`);
    const { root, changes, ...woken } = wake(named.pattern, rule.keywords);
    const observe = rule.path !== '';
    const bare: DetectorSpec = {
      ...woken,
      provider,
      id,
      title: rule.description.trim() || rule.id,
      references: [],
      confidence: 'medium',
      kind: 'vendor',
      engine: 're2',
      multiline: crossesLines(root),
      entropy: rule.entropy,
      check: null,
      checkGates: false,
      except: [{ kind: 'list', list: 'placeholders' }, ...except],
      mode: observe ? 'observe' : 'redact',
      examples: [],
      counterexamples: [],
    };
    const examples = mintExamples(bare, compileDetector({ ...bare, engine: 'ours' }), root);
    if (examples === null) {
      throw new NotCarried(
        'no text could be made that it finds: entropy or an allowlist may leave nothing, or the regex needs what a log line has not. Write it as a detector by hand, with examples',
      );
    }
    const lost = [
      ...(observe
        ? ['its path: a stream has none. It counts and redacts nothing (mode: observe) until you change that']
        : []),
      ...(rule.required.length > 0
        ? [
            `required (${rule.required.map((each) => each.id).join(', ')}): it is found whether or not they stand near`,
          ]
        : []),
    ];
    const told = named.change === '' ? changes : [named.change, ...changes];
    return { spec: { ...bare, ...examples }, changes: told, lost };
  } catch (error) {
    if (error instanceof NotCarried) return { why: error.message };
    if (error instanceof PatternError) return { why: `regex: ${error.message}` };
    if (error instanceof DetectorSpecError) return { why: error.message.slice(id.length + 2) };
    throw error;
  }
}

function refuseForeign(rule: GitleaksRule): void {
  if (rule.skipreport) throw new NotCarried('skipReport: what it finds is no secret by itself');
  if (rule.regex === '' && rule.path !== '')
    throw new NotCarried('it looks at paths alone: a stream has none');
  if (rule.regex === '')
    throw new NotCarried(
      "it has no regex: it changes one of gitleaks' own rules, whose part unleak's detectors play",
    );
  if (rule.entropy > MOST_ENTROPY)
    throw new NotCarried(`entropy ${rule.entropy} is more than any text has (${MOST_ENTROPY})`);
}

/**
 * Chooses what wakes the rule. gitleaks looks for keywords in the whole file, in either case, and they only save
 * work or narrow what a regex takes; here a match must hold the keyword that wakes it. So literals that stand in
 * every match serve, where there are some; else the rule's keywords, in the match or up to 256 bytes ahead of it.
 */
function wake(pattern: string, keywords: readonly string[]): Woken {
  const { root } = parsePattern(pattern);
  if (minLength(root) === 0) throw new NotCarried('the regex can match nothing at all');
  const wanted = keywords.map((word) => word.toLowerCase()).filter((word) => word !== '');
  // Literals are ASCII: of a keyword beyond it, its parts.
  const parts = wanted.flatMap((word) => word.split(/[^\x20-\x7e]+/)).filter((part) => part !== '');
  const literals = requiredLiterals(root, parts);
  if (literals === null) return wakeNear(pattern, root, wanted);
  const { words, fold, before, after, tooLate, holdsWanted } = literals;
  const changes: string[] = [];
  if (wanted.length > 0 && !holdsWanted) {
    changes.push(
      `woken by ${words.map(show).join(', ')}, which stand in every match, whether or not a keyword (${wanted.map(show).join(', ')}) stands near: it may find more than gitleaks does`,
    );
  }
  if (tooLate) {
    changes.push(
      `its secret stands ahead of ${words.map(show).join(', ')} and may hold blanks or quotes: it is found when both come in one piece, as they do in a file or a JSON line`,
    );
  }
  const around = looksAround(root);
  return {
    root,
    pattern,
    keywords: words,
    fold,
    window: windowOf(before + (around.before ? 1 : 0), after + (around.after ? 1 : 0)),
    changes,
  };
}

function wakeNear(pattern: string, inner: Node, wanted: readonly string[]): Woken {
  const keywords = [
    ...new Set(wanted.filter((word) => word.length >= MIN_KEYWORD && /^[\x20-\x7e]+$/.test(word))),
  ];
  if (keywords.length === 0) {
    const which = wanted.length === 0 ? 'it has no keywords' : 'its keywords are shorter than 3 letters';
    throw new NotCarried(
      `${which}, and no literal of ${MIN_KEYWORD} letters stands in every match: nothing can wake it. Give it a keyword`,
    );
  }
  const words = keywords.map(quoted).join('|');
  const near = `(?:(?i:${words})[^\\n]{0,${NEAR}}?)?(?:${pattern})`;
  const longest = maxLength(inner);
  return {
    // With a keyword in front, so that a text of it can be minted.
    root: parsePattern(`(?:${words}) (?:${pattern})`).root,
    pattern: near,
    keywords,
    fold: true,
    window: windowOf(longest + 1, longest + NEAR + 1),
    changes: [
      `its keywords need not stand in the match: it is found in a line where one of them does, in it or up to ${NEAR} bytes ahead of it`,
    ],
  };
}

function windowOf(before: number, after: number): { before: number; after: number } {
  if (after !== Number.POSITIVE_INFINITY && after > MOST_AFTER) {
    throw new NotCarried(
      `the regex can match ${after} bytes behind its keyword; ${MOST_AFTER} is the bound. Lower its repetitions, or leave them without an end`,
    );
  }
  return {
    before: Math.min(before, MOST_BEFORE),
    after: after === Number.POSITIVE_INFINITY ? OPEN_AFTER : after,
  };
}

/** In quotes, cut where it is long. */
function show(word: string): string {
  return `'${word.length > 24 ? `${word.slice(0, 24)}..` : word}'`;
}

/** The pattern asks for line ends by name, or takes whatever comes; `\s` and `[^"]` mean a line's own bytes. */
function crossesLines(node: Node): boolean {
  switch (node.kind) {
    case 'set':
      return takesLines(node.set);
    case 'concat':
    case 'alternate':
      return node.items.some(crossesLines);
    case 'repeat':
      return node.max > 0 && crossesLines(node.item);
    case 'secret':
      return crossesLines(node.item);
    default:
      return false;
  }
}

function takesLines(set: ByteSet): boolean {
  if (set[10] === 0) return false;
  return (
    set.every((cell) => cell === 1) || set.every((cell, byte) => cell === 0 || byte === 10 || byte === 13)
  );
}
