import { fileURLToPath } from 'node:url';
import type { ScanOrder, ScanReport } from './scan-process.ts';
import { expectedFindings, type Run, type Sample } from './scenario.ts';
import { timedShell } from './timed-shell.ts';
import type { Workshop } from './workshop.ts';
import { checkCount } from './wrong-count-error.ts';

const SCAN = fileURLToPath(new URL('./scan-process.js', import.meta.url));

/** The engine alone. @throws WrongCountError */
export async function measureScan(run: Extract<Run, { kind: 'scan' }>, workshop: Workshop): Promise<Sample> {
  const { engine, format, byLine } = run;
  const file = await workshop.haystack(run.haystack);
  const order: ScanOrder = { engine, format, ownFile: engine.own ? workshop.ownFile() : null, byLine };
  const { stdout } = await timedShell(workshop, '"$NODE" "$1" "$2" "$3"', [
    SCAN,
    JSON.stringify(order),
    file.path,
  ]);
  const report = JSON.parse(stdout) as ScanReport;
  checkCount(`unleak in ${file.path}`, report.findings, expectedFindings(file, engine));
  const [first, second] = report.halves;
  return {
    rate: report.bytes / 1e6 / report.seconds,
    cpuRate: report.bytes / 1e6 / report.cpuSeconds,
    settledRate: report.bytes / 2e6 / second,
    evenness: first / second,
    helpers: Math.max(0, 1 - report.seconds / report.cpuSeconds),
  };
}
