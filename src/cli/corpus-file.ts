import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { type CorpusReport, type CorpusRow, scoreCorpus } from '../config/detector-report.ts';
import type { Detector } from '../engine/detectors/detector.ts';
import { referenceScan } from '../engine/detectors/reference-scan.ts';
import { UsageError } from './usage-error.ts';

/** Enough of a file to tell a corpus from a log. */
const HEAD_BYTES = 64 * 1024;

/**
 * Whether a file is a labelled corpus: its first line is JSON with a `text` and a `kind`.
 * @throws UsageError when it cannot be read
 */
export async function isCorpus(path: string): Promise<boolean> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return rowOf(buffer.toString('utf8', 0, bytesRead).split('\n')[0]!) !== null;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new UsageError(`--against: the file cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/**
 * Holds the detectors against a labelled corpus, JSON lines of `{text, secret, kind}`.
 * @throws UsageError at the first line that is no row
 */
export async function scoreFile(path: string, detectors: readonly Detector[]): Promise<CorpusReport> {
  const rows: CorpusRow[] = [];
  let number = 0;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    number++;
    if (line === '') continue;
    const row = rowOf(line);
    if (row === null)
      throw new UsageError(
        `--against: line ${number} is not a row. Write JSON: {"text": ..., "secret": ..., "kind": "positive" or "negative"}`,
      );
    rows.push(row);
  }
  return scoreCorpus(rows, (text) =>
    referenceScan(detectors, text).map(({ detector, start, end }) => ({ rule: detector, start, end })),
  );
}

function rowOf(line: string): CorpusRow | null {
  try {
    const row = JSON.parse(line) as Partial<CorpusRow> | null;
    const fits = typeof row?.text === 'string' && (row.kind === 'positive' || row.kind === 'negative');
    return fits ? (row as CorpusRow) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
