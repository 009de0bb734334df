import { type Check, LOOKED_AT } from '../checks/check.ts';
import { entropyOf } from '../checks/entropy.ts';
import { CHECKS } from '../checks/index.ts';
import { type Node, PatternError } from '../pattern/ast.ts';
import { compilePattern } from '../pattern/compile.ts';
import { findingsOf } from '../pattern/findings.ts';
import { endsCounted, looksAround, maxLength, minLength, startsWithKeyword } from '../pattern/measure.ts';
import { type Parsed, parsePattern } from '../pattern/parse.ts';
import type { Program } from '../pattern/program.ts';
import { spellsKeyword } from '../pattern/spelled.ts';
import { FAILED, newSearch, OPEN, runPattern } from '../pattern/vm.ts';
import { type Detector, FOUND, type Keyword, NONE, type Outcome, type Runs, UNDECIDED } from './detector.ts';
import { compileExceptions, type ExceptionTest, lateExceptions } from './exceptions.ts';
import { compileRe2 } from './re2-detector.ts';
import { followersIn, newSift, runsOf, type Sift, sieved } from './sift.ts';
import { type DetectorSpec, DetectorSpecError } from './spec.ts';

const UTF8 = new TextEncoder();

/** The largest window, in bytes: 64 KiB bounds the carry. */
export const MAX_WINDOW = 64 * 1024;

/** A detector with what only reports ask for. */
export interface CompiledDetector extends Detector {
  /** The secret `[start, end)` passes the detector's check; true where it has none. */
  checked(bytes: Uint8Array, start: number, end: number): boolean;
}

/**
 * A built-in detector: its keywords do not count where they stand in a secret by chance. With what the build found out it
 * was compiled before, so its instructions can wait until they are needed.
 */
export interface Built {
  /** Every match begins with a keyword; left out: find out. */
  readonly anchored?: boolean;
  /** Every match spells one out; left out: find out. */
  readonly spelled?: boolean;
}

/**
 * Builds a detector from its data.
 * @param built what the build knows of a built-in one, null for a user's
 * @throws DetectorSpecError that names the field at fault
 */
export function compileDetector(spec: DetectorSpec, built: Built | null = null): CompiledDetector {
  // What the build has found out comes along: it has compiled all of it, and that can wait now.
  const isBuilt = built?.anchored !== undefined;
  const accept = compileAcceptance(spec, isBuilt);
  if (spec.engine === 're2') return compileRe2({ spec, keywords: keywordsOf(spec), accept });
  const parsed = atField(spec.id, 'pattern', () => parsePattern(spec.pattern));
  if (!parsed.hasSecret) throw new DetectorSpecError(spec.id, 'pattern', 'has no group (?P<secret>...)');
  if (minLength(parsed.root) === 0)
    throw new DetectorSpecError(spec.id, 'pattern', 'can match nothing at all');
  const program = new LateProgram(parsed.root);
  if (!isBuilt) atField(spec.id, 'pattern', () => program.get());
  const named = keywordsOf(spec);
  const literals = named.map((keyword) => keyword.bytes);
  const anchored = built?.anchored ?? startsWithKeyword(parsed.root, literals, spec.fold);
  const window = chooseWindow(spec, parsed, anchored);
  const root = findingsOf(parsed.root);
  const sift = newSift({ root, ...window, anchored, multiline: spec.multiline }, () => {
    if (built === null) return 'anywhere';
    return (built.spelled ?? spellsKeyword(root, literals, spec.fold)) ? 'spelled' : 'ahead';
  });
  let runs: Runs | null = null;
  let keywords: readonly Keyword[] | null = null;
  return {
    id: spec.id,
    confidence: spec.confidence,
    observe: spec.mode === 'observe',
    // Both are known already of a built-in one, which is compiled amid the stream.
    get keywords() {
      keywords ??= withFollowers(named, sift);
      return keywords;
    },
    get runs() {
      runs ??= runsOf(sift);
      return runs;
    },
    before: window.before,
    after: window.after,
    multiline: spec.multiline,
    verify: verifier(program, anchored, accept),
    mayFind: sieved(sift),
    sift: () => sift,
    checked: accept.checked,
  };
}

/** Keywords of fewer bytes are common: what may stand behind them is asked of the pattern, so that they wake less. */
const COMMON_BELOW = 4;

function withFollowers(keywords: readonly Keyword[], sift: Sift): Keyword[] {
  return keywords.map((keyword) =>
    keyword.bytes.length < COMMON_BELOW ? { ...keyword, followers: followersIn(sift, keyword) } : keyword,
  );
}

/** A detector's keywords as bytes. */
export function keywordsOf({ keywords, fold }: Pick<DetectorSpec, 'keywords' | 'fold'>): Keyword[] {
  return keywords.map((word) => ({ bytes: UTF8.encode(fold ? word.toLowerCase() : word), fold }));
}

/** The tests behind the pattern: what must hold of the secret, what must not of the match, and what is only told. */
export interface Acceptance {
  readonly test: ExceptionTest;
  /** Null when no exception looks at the match. */
  readonly excusesMatch: ExceptionTest | null;
  readonly checked: Check['verify'];
}

/** @param late exceptions are known to be good, and compiled when a match asks for them */
function compileAcceptance(spec: DetectorSpec, late: boolean): Acceptance {
  const check = spec.check === null ? undefined : CHECKS.get(spec.check);
  if (spec.check !== null && check === undefined) {
    throw new DetectorSpecError(
      spec.id,
      'check',
      `no check ${spec.check}; there are ${[...CHECKS.keys()].join(', ')}`,
    );
  }
  const ofMatch = spec.except.filter((item) => item.kind === 'pattern' && item.of === 'match');
  const ofSecret = spec.except.filter((item) => !ofMatch.includes(item));
  const except = (items: DetectorSpec['except']): ExceptionTest =>
    late ? lateExceptions(items) : atField(spec.id, 'except', () => compileExceptions(items));
  const excepted = except(ofSecret);
  const { entropy } = spec;
  // Fewer bytes have less, whatever they are; the small number is for rounding.
  const least = Math.ceil(2 ** entropy - 1e-9);
  const isRandom: Check['verify'] =
    entropy === 0
      ? () => true
      : (bytes, start, end) =>
          end - start >= least && entropyOf(bytes, start, Math.min(end, start + LOOKED_AT)) >= entropy;
  const checked: Check['verify'] =
    check === undefined ? () => true : (bytes, start, end) => check.verify(bytes, start, end);
  const gate = spec.checkGates ? checked : () => true;
  return {
    checked,
    excusesMatch: ofMatch.length === 0 ? null : except(ofMatch),
    test: (bytes, start, end, text) =>
      isRandom(bytes, start, end) && gate(bytes, start, end) && !excepted(bytes, start, end, text),
  };
}

/** A pattern's instructions, made when they are first asked for: most detectors never come to run them. */
class LateProgram {
  readonly #root: Node;
  #program: Program | null = null;

  constructor(root: Node) {
    this.#root = root;
  }

  get(): Program {
    this.#program ??= compilePattern(this.#root);
    return this.#program;
  }
}

function verifier(
  program: LateProgram,
  anchored: boolean,
  { test: accepts, excusesMatch }: Acceptance,
): Detector['verify'] {
  const search = newSearch();
  return (haystack, window, verdict): Outcome => {
    search.from = window.from;
    search.to = window.to;
    search.more = window.more;
    search.text = window.text;
    search.startLow = anchored ? window.keywordStart : window.from;
    search.startHigh = window.keywordStart;
    search.minEnd = window.keywordEnd;
    const outcome = runPattern(program.get(), haystack, search);
    verdict.readTo = Math.min(window.to, search.readTo);
    if (outcome === FAILED) return NONE;
    if (outcome === OPEN) {
      verdict.holdFrom = search.holdFrom;
      return UNDECIDED;
    }
    if (search.secretEnd <= search.secretStart) return NONE;
    if (!accepts(haystack, search.secretStart, search.secretEnd, window.text)) return NONE;
    if (excusesMatch?.(haystack, search.start, search.end, window.text)) return NONE;
    verdict.start = search.secretStart;
    verdict.end = search.secretEnd;
    return FOUND;
  };
}

function chooseWindow(
  spec: DetectorSpec,
  parsed: Parsed,
  anchored: boolean,
): { before: number; after: number } {
  const longest = maxLength(parsed.root);
  const around = looksAround(parsed.root);
  const keyword = Math.min(...spec.keywords.map((word) => word.length));
  // A match that ends at the window's edge is followed to the end of its token, as one that was cut. One whose
  // end is counted is whole: a byte more keeps it off the edge, and `token=VALUE: text` keeps its colon.
  const beyond = around.after || endsCounted(parsed.root) ? 1 : 0;
  if (spec.window === null) {
    if (!anchored || longest === Number.POSITIVE_INFINITY) {
      throw new DetectorSpecError(
        spec.id,
        'window',
        'is needed: give before and after, for the pattern does not begin with a keyword or has no longest match',
      );
    }
    return { before: around.before ? 1 : 0, after: longest - keyword + beyond };
  }
  const { before, after } = spec.window;
  if (before + after > MAX_WINDOW)
    throw new DetectorSpecError(spec.id, 'window', `is larger than ${MAX_WINDOW} bytes`);
  if (around.before && before === 0) {
    throw new DetectorSpecError(
      spec.id,
      'window',
      'before must be at least 1: the pattern looks at the byte ahead of it',
    );
  }
  const shortest = minLength(parsed.root) + (around.after ? 1 : 0);
  const longestKeyword = Math.max(...spec.keywords.map((word) => word.length));
  if (shortest > (anchored ? 0 : before) + longestKeyword + after) {
    throw new DetectorSpecError(spec.id, 'window', `is smaller than the shortest match, ${shortest} bytes`);
  }
  const needed = longest - keyword + (around.after ? 1 : 0);
  if (anchored && needed !== Number.POSITIVE_INFINITY && after < needed) {
    throw new DetectorSpecError(
      spec.id,
      'window',
      `after must be at least ${needed}, or the longest match is cut`,
    );
  }
  return { before, after: anchored && after === needed ? longest - keyword + beyond : after };
}

function atField<Result>(id: string, field: string, build: () => Result): Result {
  try {
    return build();
  } catch (error) {
    if (error instanceof PatternError) {
      throw new DetectorSpecError(id, field, `${error.message} (character ${error.at + 1})`);
    }
    throw error;
  }
}
