import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { type CorpusReport, type CorpusRow, type ScanSpan, scoreCorpus } from '../config/detector-report.ts';
import { createActions } from '../engine/actions/index.ts';
import { DEFAULT_PLACEHOLDER } from '../engine/actions/placeholder.ts';
import type { Detector } from '../engine/detectors/detector.ts';
import { createWasmKernel } from '../engine/kernel/wasm.ts';
import { compileMatcher } from '../engine/matcher.ts';
import { WholeScan } from '../engine/scan-whole.ts';
import { LAST } from '../engine/scanner.ts';
import { loadKernelModule } from '../pipeline/kernel-module.ts';
import { UsageError } from './usage-error.ts';

/** Enough of a file to tell a corpus from a log. */
const HEAD_BYTES = 64 * 1024;
/** Broken lines told at once. */
const MAX_TOLD = 10;

/**
 * Whether a file means to be a labelled corpus: its first line is JSON with a `text`, and a `kind` or a secret,
 * well formed or not.
 * @throws UsageError when it cannot be read
 */
export async function isCorpus(path: string): Promise<boolean> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      const first = buffer.toString('utf8', 0, bytesRead).trimStart().split('\n')[0]!;
      const row = objectOf(first);
      return row !== null && 'text' in row && ('kind' in row || 'secret' in row || 'secrets' in row);
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new UsageError(`--against: the file cannot be read (${code})`);
  }
}

/**
 * Holds the detectors against a labelled corpus, JSON lines of `{text, secret, kind}`.
 * @param always ids that the report names even where they found nothing
 * @throws UsageError with every line that is no row, up to ten
 */
export async function scoreFile(
  path: string,
  detectors: readonly Detector[],
  always: readonly string[],
): Promise<CorpusReport> {
  const rows: CorpusRow[] = [];
  const problems: string[] = [];
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    number++;
    if (line.trim() === '') continue;
    const row = rowOf(line);
    if (typeof row === 'string') problems.push(`line ${number} ${row}`);
    else rows.push(row);
  }
  if (problems.length > 0) {
    const more = problems.length > MAX_TOLD ? `\n  and ${problems.length - MAX_TOLD} more` : '';
    throw new UsageError(
      `--against: not every line is a row. Write JSON, one to a line: {"text": ..., "secret": ..., "kind": "positive"} or {"text": ..., "kind": "negative"}\n  ${problems.slice(0, MAX_TOLD).join('\n  ')}${more}`,
    );
  }
  return scoreCorpus(rows, engineScan(detectors), always);
}

/** Every finding as the stream's own engine has it, escapes undone. */
function engineScan(detectors: readonly Detector[]): (text: Buffer) => ScanSpan[] {
  const matcher = compileMatcher({
    generation: 1,
    secrets: [],
    shorts: [],
    detectors,
    near: false,
    kernel: (tables) => createWasmKernel(loadKernelModule(), tables),
    actions: (rules) =>
      createActions({
        name: 'mask',
        placeholder: DEFAULT_PLACEHOLDER,
        labels: rules.map(({ label }) => label),
      }),
  });
  const whole = new WholeScan(matcher);
  const spans = whole.found;
  return (text) => {
    whole.scan(text, text.length, LAST);
    return Array.from({ length: spans.length }, (_, at): ScanSpan => {
      const { label, observe } = matcher.rules[spans.rule(at)]!;
      return { start: spans.start(at), end: spans.end(at), rule: label, observed: observe };
    });
  };
}

function objectOf(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** A row, or what the line wants. Nothing of the line is repeated. */
function rowOf(line: string): CorpusRow | string {
  const row = objectOf(line.replace(/^\uFEFF/, ''));
  if (row === null) return 'is not a row: no JSON object';
  const { text, kind, secret, secrets, rule } = row;
  if (typeof text !== 'string') return 'has no text';
  if (kind !== 'positive' && kind !== 'negative') return 'has a kind that is neither positive nor negative';
  if (rule !== undefined && rule !== null && typeof rule !== 'string') return 'has a rule that is no text';
  const several = Array.isArray(secrets) ? secrets : [];
  const named = several.length > 0 ? several : secret === undefined || secret === null ? [] : [secret];
  if (!named.every((each) => typeof each === 'string')) return 'has a secret that is no text';
  if (kind === 'positive' && !named.some((each) => each !== '')) return 'is positive and names no secret';
  return { text, kind, secrets: named, rule: rule ?? null };
}
