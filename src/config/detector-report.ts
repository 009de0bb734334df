import type { DetectorSpec } from '../engine/detectors/spec.ts';
import { compileOwn } from './compile-own.ts';
import { type ExampleRow, runExamples } from './detector-examples.ts';

/** Runs the examples and counter-examples of all detectors. */
export function testDetectors(specs: readonly DetectorSpec[]): ExampleRow[] {
  return specs.flatMap((spec) => runExamples(spec, compileOwn(spec)));
}

/** A row of a labelled corpus: JSON with these members, one to a line. */
export interface CorpusRow {
  readonly text: string;
  /** The secret in `text`, byte for byte; absent in a negative. */
  readonly secret?: string | null;
  readonly secrets?: readonly string[] | null;
  readonly kind: 'positive' | 'negative';
  /** What the row is an example of, for the averages. */
  readonly rule?: string | null;
}

/** A finding of a whole scan: bytes of the UTF-8 text, and the rule that found them. */
export interface ScanSpan {
  readonly start: number;
  readonly end: number;
  readonly rule: string;
  /** Found by a detector that only counts: the bytes stay. */
  readonly observed?: boolean;
}

/** One line of the table. */
export interface CorpusScore {
  /** A corpus rule, or a detector's id. */
  readonly name: string;
  readonly positives: number;
  readonly found: number;
  readonly negatives: number;
  readonly falseAlarms: number;
}

/** What one detector did, by itself. */
export interface DetectorScore extends CorpusScore {
  /**
   * Rows that name the detector as their `rule`, where any do; else all rows are its own, and its recall is
   * the share of the corpus that it covers.
   */
  readonly positives: number;
  /** Secrets that no other detector covers. */
  readonly only: number;
}

export interface CorpusReport {
  readonly byRule: readonly CorpusScore[];
  /** Secrets that each detector covered, and negatives in which it found anything. */
  readonly byDetector: readonly DetectorScore[];
  /** Mean over the rules of found / positives; NaN without positives. */
  readonly recall: number;
  readonly falseAlarms: number;
  /** Positives whose secret does not stand in their text. */
  readonly skipped: number;
}

interface Tally {
  positives: number;
  found: number;
  negatives: number;
  falseAlarms: number;
}

/**
 * Holds a scan against a labelled corpus. A positive is found when every byte of one place of its secret is
 * covered; wider is fine. Where the same text stands elsewhere too does not count: places are compared.
 * @param scan every finding in a text, as UTF-8
 * @param always detectors that are told of even where they found nothing
 */
export function scoreCorpus(
  rows: Iterable<CorpusRow>,
  scan: (text: Buffer) => readonly ScanSpan[],
  always: readonly string[] = [],
): CorpusReport {
  const rules = new Map<string, Tally>();
  const detectors = new DetectorTallies(always);
  let skipped = 0;
  for (const row of rows) {
    const name = row.rule ?? 'all';
    const rule = tally(rules, name);
    const text = Buffer.from(row.text);
    const spans = scan(text);
    const taken = spans.filter(({ observed }) => observed !== true);
    if (row.kind === 'negative') {
      rule.negatives++;
      if (taken.length > 0) rule.falseAlarms++;
      detectors.negative(spans);
      continue;
    }
    const secrets = (row.secrets?.length ? row.secrets : [row.secret ?? '']).map((secret) =>
      Buffer.from(secret),
    );
    if (secrets.some((secret) => secret.length === 0 || !text.includes(secret))) {
      skipped++;
      continue;
    }
    const covers = (some: readonly ScanSpan[]): boolean =>
      secrets.every((secret) => isCovered(text, secret, some));
    rule.positives++;
    if (covers(taken)) rule.found++;
    detectors.positive(name, spans, covers);
  }
  const byRule = scores(rules);
  const rated = byRule.filter((score) => score.positives > 0);
  const recall = rated.reduce((sum, score) => sum + score.found / score.positives, 0) / rated.length;
  const falseAlarms = byRule.reduce((sum, score) => sum + score.falseAlarms, 0);
  return { byRule, byDetector: detectors.scores(rules), recall, falseAlarms, skipped };
}

/** What each detector did: in all rows, and in those that name it. */
class DetectorTallies {
  readonly #all = new Map<string, Tally & { only: number }>();
  readonly #own = new Map<string, Tally>();

  constructor(always: readonly string[]) {
    for (const id of always) this.#of(id);
  }

  negative(spans: readonly ScanSpan[]): void {
    for (const id of new Set(spans.map((span) => span.rule))) this.#of(id).falseAlarms++;
  }

  positive(name: string, spans: readonly ScanSpan[], covers: (some: readonly ScanSpan[]) => boolean): void {
    const ids = [...new Set(spans.map((span) => span.rule))];
    const found = ids.filter((id) => covers(spans.filter((span) => span.rule === id)));
    for (const id of found) {
      this.#of(id).found++;
      if (id === name) tally(this.#own, id).found++;
    }
    if (found.length === 1) this.#of(found[0]!).only++;
  }

  /** @param rules the rows by the rule they name */
  scores(rules: ReadonlyMap<string, Tally>): DetectorScore[] {
    const whole = { positives: 0, negatives: 0 };
    for (const { positives, negatives } of rules.values()) {
      whole.positives += positives;
      whole.negatives += negatives;
    }
    return [...this.#all]
      .map(([name, counts]): DetectorScore => {
        const own = (rules.get(name)?.positives ?? 0) > 0 ? rules.get(name)! : null;
        const found = own === null ? counts.found : (this.#own.get(name)?.found ?? 0);
        const { only, falseAlarms } = counts;
        const positives = own?.positives ?? whole.positives;
        return { name, positives, found, only, negatives: whole.negatives, falseAlarms };
      })
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  #of(id: string): Tally & { only: number } {
    let known = this.#all.get(id);
    if (known === undefined) {
      known = { positives: 0, found: 0, only: 0, negatives: 0, falseAlarms: 0 };
      this.#all.set(id, known);
    }
    return known;
  }
}

/** True when one place of the secret lies wholly under the spans. */
function isCovered(text: Buffer, secret: Buffer, spans: readonly ScanSpan[]): boolean {
  const sorted = [...spans].sort((a, b) => a.start - b.start);
  for (let at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
    let covered = at;
    for (const span of sorted) if (span.start <= covered && span.end > covered) covered = span.end;
    if (covered >= at + secret.length) return true;
  }
  return false;
}

function tally(tallies: Map<string, Tally>, name: string): Tally {
  let known = tallies.get(name);
  if (known === undefined) {
    known = { positives: 0, found: 0, negatives: 0, falseAlarms: 0 };
    tallies.set(name, known);
  }
  return known;
}

function scores(tallies: Map<string, Tally>): CorpusScore[] {
  return [...tallies]
    .map(([name, counts]) => ({ name, ...counts }))
    .sort((a, b) => a.name.localeCompare(b.name));
}
