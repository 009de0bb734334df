import type { Actions } from './actions/action.ts';
import { type CompiledNeedles, compileNeedles } from './compile-needles.ts';
import type { Confidence, Detector } from './detectors/detector.ts';
import { shortValueDetector } from './detectors/short-value.ts';
import type { Kernel, KernelTables } from './kernel/kernel.ts';
import { createReferenceKernel } from './kernel/reference.ts';
import { KeywordIndex } from './keyword-index.ts';
import { NearMisses } from './near.ts';
import { NeedleIndex } from './needle-index.ts';
import type { ScanTables } from './scanner.ts';
import { findSeams, type Seams } from './seams.ts';
import type { Secret } from './secret.ts';

/** What a finding is a finding of: a known secret or a detector. */
export interface Rule {
  /** Stands in the placeholder and the ledger. */
  readonly label: string;
  readonly kind: 'secret' | 'detector';
  /** The known value, or null for a detector. */
  readonly secret: Secret | null;
  /** Higher outranks lower when findings overlap: known secret 4, high 3, medium 2, low 1. */
  readonly rank: number;
  /** Counted, not touched. */
  readonly observe: boolean;
}

export interface MatcherInput {
  readonly generation: number;
  /** Guarded already: nothing common or shorter than the minimum. */
  readonly secrets: readonly Secret[];
  /** Values of 4 to 7 bytes: matched only as a whole token next to their own key. */
  readonly shorts: readonly Secret[];
  readonly detectors: readonly Detector[];
  /** Makes the actions for the rules, in the order of `Matcher.rules`. */
  readonly actions: (rules: readonly Rule[]) => Actions;
  /** Seek near misses of known values too. */
  readonly near: boolean;
  /** What `compileNeedles` made of the secrets' values, in another thread for example; made here when left out. */
  readonly needles?: CompiledNeedles;
  /** Makes the index of the detectors' keywords, or has kept it; made here when left out. */
  readonly keywords?: (detectors: readonly Detector[]) => KeywordIndex;
  /** Makes the kernel; the plain one when left out. */
  readonly kernel?: (tables: KernelTables) => Kernel;
}

/** Compiled needles and detectors; immutable until `needles.wipe()`, shared by any number of redactors of one thread. */
export interface Matcher extends ScanTables {
  readonly generation: number;
  readonly rules: readonly Rule[];
  readonly actions: Actions;
  /** Null when no placeholder can complete a value. */
  readonly seams: Seams | null;
  /** Needles in all, for metrics. */
  readonly needleCount: number;
  /** Some value is met only when white space is folded. */
  readonly whitespace: boolean;
  /** A finding may take its whole record along. */
  readonly drops: boolean;
}

const RANKS: Record<Confidence, number> = { high: 3, medium: 2, low: 1 };
const KNOWN_RANK = 4;

/** Compiles a matcher; its cost is linear in the bytes of all spellings. Rules: secrets, shorts, detectors. */
export function compileMatcher(input: MatcherInput): Matcher {
  const values = input.secrets.map((secret) => secret.reveal());
  const { tables, count, whitespace } = input.needles ?? compileNeedles(values, input.near, false);
  const near = input.near ? new NearMisses(input.secrets) : null;
  const rules: Rule[] = [...input.secrets.map(knownRule)];
  const detectors: Detector[] = [];
  for (const secret of input.shorts) {
    const detector = shortValueDetector(secret);
    if (detector === null) continue;
    detectors.push(detector);
    rules.push(knownRule(secret));
  }
  for (const detector of input.detectors) {
    detectors.push(detector);
    const { id, confidence, observe } = detector;
    rules.push({ label: id, kind: 'detector', secret: null, rank: RANKS[confidence], observe });
  }
  const keywords = input.keywords?.(detectors) ?? new KeywordIndex(detectors);
  const { grams, gramBits, windows, windowBits } = tables;
  const kernelTables = { grams, gramBits, windows, windowBits, keywords: keywords.keywords };
  const actions = input.actions(rules);
  const detectorsBefore = Int32Array.from(detectors, ({ before }) => before);
  return {
    generation: input.generation,
    rules,
    actions,
    seams: findSeams(values, actions, rules.length),
    kernel: (input.kernel ?? createReferenceKernel)(kernelTables),
    needles: new NeedleIndex(tables, near),
    near,
    keywords,
    detectors,
    firstDetectorRule: input.secrets.length,
    detectorsBefore,
    detectorsMayFind: detectors.map(({ mayFind }) => mayFind),
    mostBefore: detectorsBefore.reduce((most, bytes) => Math.max(most, bytes), near?.before ?? 0),
    needleCount: count,
    whitespace,
    drops: rules.some((_, rule) => actions.of(rule).name === 'drop'),
  };
}

function knownRule(secret: Secret): Rule {
  return { label: secret.name, kind: 'secret', secret, rank: KNOWN_RANK, observe: false };
}
