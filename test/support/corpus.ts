import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { CorpusRow } from '../../src/config/detector-report.ts';

/** A row of the corpora: `../shared/corpora/README.md`. */
export interface TaggedRow extends CorpusRow {
  readonly rule: string;
  readonly tags?: readonly string[] | null;
}

export const CORPORA: URL = new URL('../../../shared/corpora/', import.meta.url);
export const corporaFound: boolean = existsSync(CORPORA);

/** Positives that are no credential, cannot be told from the text, or that their own rule misses. */
const LEFT_OUT = new Set(['helper', 'identifier', 'needs-path', 'own-rule-misses', 'document-level']);
/** Negatives that hold what another rule looks for. */
const NOT_CLEAN = new Set([
  'other-rule-hits',
  'holds-a-real-shape',
  'generic-rule-hits',
  'file-type-dependent',
  'needs-options',
]);

/** The rows of a corpus that count; positives without a secret or whose secret is not in the text do not. */
export function readCorpus(name: string): TaggedRow[] {
  const lines = gunzipSync(readFileSync(new URL(`${name}.jsonl.gz`, CORPORA)))
    .toString('utf8')
    .split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as TaggedRow)
    .filter(({ kind, tags }) => {
      const out = kind === 'positive' ? LEFT_OUT : NOT_CLEAN;
      return !(tags ?? []).some((tag) => out.has(tag));
    });
}
