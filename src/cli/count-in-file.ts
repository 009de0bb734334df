import { createReadStream } from 'node:fs';
import type { Plan } from '../config/plan.ts';
import { createActions } from '../engine/actions/index.ts';
import { DEFAULT_PLACEHOLDER } from '../engine/actions/placeholder.ts';
import type { Detector } from '../engine/detectors/detector.ts';
import { compileMatcher } from '../engine/matcher.ts';
import { Output } from '../engine/output.ts';
import type { Redactor } from '../engine/redactor.ts';
import { createRedactor } from '../formats/format.ts';
import { UsageError } from './usage-error.ts';

/** Line numbers told per detector. */
const MAX_LINES = 10;
const LF = 0x0a;

/** What one detector found in a file. */
export interface FileCount {
  readonly label: string;
  readonly count: number;
  /** Numbers of the first lines, counted from 1, where findings were decided. */
  readonly lines: string;
}

/**
 * Runs a file through the real redactor, line by line, and keeps only where something was found.
 * @throws UsageError when the file cannot be read
 */
export async function countInFile(
  path: string,
  detectors: readonly Detector[],
  plan: Plan,
): Promise<FileCount[]> {
  const matcher = compileMatcher({
    generation: 1,
    secrets: [],
    shorts: [],
    detectors,
    near: false,
    actions: (rules) =>
      createActions({
        name: 'mask',
        placeholder: DEFAULT_PLACEHOLDER,
        labels: rules.map(({ label }) => label),
      }),
  });
  const redactor = createRedactor(plan.format, matcher, { maxRecordBytes: plan.maxRecordBytes });
  const found = new Map<number, { count: number; lines: Set<number> }>();
  const out = new Output();
  let line = 1;
  const drain = (): void => {
    out.take();
    tally(redactor, line, found);
  };
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      for (let at = 0; at < chunk.length; ) {
        const lf = chunk.indexOf(LF, at);
        const end = lf === -1 ? chunk.length : lf + 1;
        redactor.push(chunk.subarray(at, end), out);
        drain();
        if (lf !== -1) line++;
        at = end;
      }
    }
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new UsageError(`--against: the file cannot be read (${code})`);
  }
  redactor.end(out);
  drain();
  return [...found]
    .map(([rule, { count, lines }]) => ({
      label: matcher.rules[rule]!.label,
      count,
      lines: showLines(lines),
    }))
    .sort((a, b) => b.count - a.count);
}

function tally(
  { findings }: Redactor,
  line: number,
  found: Map<number, { count: number; lines: Set<number> }>,
): void {
  for (let i = 0; i < findings.length; i++) {
    const entry = found.get(findings.rule(i)) ?? { count: 0, lines: new Set<number>() };
    entry.count++;
    if (entry.lines.size <= MAX_LINES) entry.lines.add(line);
    found.set(findings.rule(i), entry);
  }
  findings.clear();
}

function showLines(lines: ReadonlySet<number>): string {
  const told = [...lines].slice(0, MAX_LINES).join(',');
  return lines.size > MAX_LINES ? `${told},...` : told;
}
