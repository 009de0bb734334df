import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { loadDetectors } from '../../src/config/detector-files.ts';
import { type CorpusReport, scoreCorpus } from '../../src/config/detector-report.ts';
import type { Matcher } from '../../src/engine/matcher.ts';
import { CORPORA, corporaFound, readCorpus } from '../support/corpus.ts';
import { matcherOfDetectors, redactedSpans } from '../support/redacted-spans.ts';

/** Least mean recall over a corpus' rules, with all detectors. */
const LEAST = [
  ['noseyparker', 0.95],
  ['secretlint', 0.95],
  ['sarif-pattern-matcher', 0.9],
] as const;
/** Least share found of the rows whose credential has a start of its own, with the generic detectors off. */
const LEAST_FIXED = 0.85;
/** Tags of rows that only a name or a syntax gives away. */
const CONTEXT_ONLY = new Set(['fuzzy', 'generic']);
/** Tags of rows whose secret is a matter of policy, needs a neighbour, or that any key=value rule takes. */
const APART = new Set(['placeholder-like', 'generic', 'pair']);
/** Corpora whose rows say enough to tell a credential with a start of its own. */
const WITH_FIXED_STARTS = ['noseyparker', 'secretlint'] as const;
/** Findings that may stand in the 16,000 clean lines. */
const MOST_FALSE_ALARMS = 3;

const matcherOf = async (select: readonly string[]): Promise<Matcher> => {
  const { detectors } = await loadDetectors({ builtin: true, select, files: [] });
  return matcherOfDetectors(detectors);
};

/** Holds a corpus' rows that carry none of the tags against a matcher. */
const score = (corpus: string, matcher: Matcher, without: ReadonlySet<string> = new Set()): CorpusReport =>
  scoreCorpus(
    readCorpus(corpus).filter(({ tags }) => !tags?.some((tag) => without.has(tag))),
    (text) => redactedSpans(matcher, text),
  );

/** Rules that are not found whole: their names alone, never a row. */
const missed = ({ byRule }: CorpusReport): string[] =>
  byRule
    .filter((rule) => rule.found < rule.positives)
    .map((rule) => `${rule.name} ${rule.found}/${rule.positives}`);

if (!corporaFound) process.stderr.write('test/detectors/corpora.test.ts skipped: corpora not found\n');

describe.skipIf(!corporaFound)(`open corpora${corporaFound ? '' : ' (skipped: corpora not found)'}`, () => {
  let all: Matcher;
  let vendor: Matcher;
  beforeAll(async () => {
    all = await matcherOf([]);
    vendor = await matcherOf(['-generic']);
  });

  test.each(LEAST)('%s is found to %d with all detectors', (corpus, least) => {
    const report = score(corpus, all);
    expect(report.recall, `missed: ${missed(report).join(', ')}`).toBeGreaterThanOrEqual(least);
    expect(report.byRule.length).toBeGreaterThan(40);
  });

  test.each(LEAST)('%s is found to %d without the rows that are reported apart', (corpus, least) => {
    const report = score(corpus, all, APART);
    expect(report.recall, `missed: ${missed(report).join(', ')}`).toBeGreaterThanOrEqual(least);
  });

  test.each(WITH_FIXED_STARTS)(
    'credentials of %s with a start of their own are found with the generic detectors off',
    (corpus) => {
      const report = score(corpus, vendor, CONTEXT_ONLY);
      const sum = (of: 'found' | 'positives'): number =>
        report.byRule.reduce((all, rule) => all + rule[of], 0);
      expect(sum('positives')).toBeGreaterThan(80);
      expect(sum('found') / sum('positives'), `missed: ${missed(report).join(', ')}`).toBeGreaterThanOrEqual(
        LEAST_FIXED,
      );
    },
  );

  test('clean logs of eight systems give next to no finding', () => {
    const archive = fileURLToPath(new URL('loghub-8.tar.xz', CORPORA));
    const logs = execFileSync('tar', ['-xJOf', archive], { maxBuffer: 1 << 26 });
    const found = redactedSpans(all, logs).map(({ start, rule }) => `${rule} at byte ${start}`);
    expect(logs.length).toBeGreaterThan(1_000_000);
    expect(found.length, found.join('; ')).toBeLessThanOrEqual(MOST_FALSE_ALARMS);
  });
});
