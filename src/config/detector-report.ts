import { compileDetector } from '../engine/detectors/compile-spec.ts';
import type { DetectorSpec } from '../engine/detectors/spec.ts';
import { type ExampleRow, runExamples } from './detector-examples.ts';

/** Runs the examples and counter-examples of all detectors. */
export function testDetectors(specs: readonly DetectorSpec[]): ExampleRow[] {
  return specs.flatMap((spec) => runExamples(spec, compileDetector(spec)));
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
}

/** One line of the table. */
export interface CorpusScore {
  /** A detector's id, or a corpus rule. */
  readonly name: string;
  readonly positives: number;
  readonly found: number;
  readonly negatives: number;
  readonly falseAlarms: number;
}

export interface CorpusReport {
  readonly byRule: readonly CorpusScore[];
  /** Secrets that each detector covered, and negatives in which it found anything. */
  readonly byDetector: readonly CorpusScore[];
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
 */
export function scoreCorpus(
  rows: Iterable<CorpusRow>,
  scan: (text: Uint8Array) => readonly ScanSpan[],
): CorpusReport {
  const rules = new Map<string, Tally>();
  const detectors = new Map<string, Tally>();
  let skipped = 0;
  for (const row of rows) {
    const rule = tally(rules, row.rule ?? 'all');
    const text = Buffer.from(row.text);
    const spans = scan(text);
    if (row.kind === 'negative') {
      rule.negatives++;
      if (spans.length > 0) rule.falseAlarms++;
      for (const id of new Set(spans.map((span) => span.rule))) tally(detectors, id).falseAlarms++;
      continue;
    }
    const secrets = (row.secrets?.length ? row.secrets : [row.secret ?? '']).map((secret) =>
      Buffer.from(secret),
    );
    if (secrets.some((secret) => secret.length === 0 || !text.includes(secret))) {
      skipped++;
      continue;
    }
    rule.positives++;
    if (secrets.every((secret) => isCovered(text, secret, spans))) rule.found++;
    for (const id of new Set(spans.map((span) => span.rule))) {
      const own = spans.filter((span) => span.rule === id);
      if (secrets.every((secret) => isCovered(text, secret, own))) tally(detectors, id).found++;
    }
  }
  const byRule = scores(rules);
  const rated = byRule.filter((score) => score.positives > 0);
  const recall = rated.reduce((sum, score) => sum + score.found / score.positives, 0) / rated.length;
  const falseAlarms = byRule.reduce((sum, score) => sum + score.falseAlarms, 0);
  return { byRule, byDetector: scores(detectors), recall, falseAlarms, skipped };
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
