import type { Command } from 'commander';
import type { LoadedDetectors } from '../config/detector-files.ts';
import type { CorpusReport } from '../config/detector-report.ts';
import { loadPlan } from '../config/load.ts';
import { EXIT } from './exit-codes.ts';
import { settingsInput } from './flags.ts';
import { loadAndTell } from './load-selected.ts';
import { columns, print } from './terminal.ts';

/** `unleak detectors list`: what is looked for by its shape. */
export async function detectorsList({ json }: { json?: boolean }, command: Command): Promise<number> {
  const { specs } = await loadAndTell(await loadPlan(settingsInput(command)));
  const rows = specs.map(({ id, title, kind, confidence, mode, engine, references, examples }) => {
    const from = engine === 'ours' ? 'unleak' : 'your file';
    // The template, for no token is stored.
    return { id, title, kind, confidence, mode, from, references, example: examples[0] };
  });
  if (json) {
    await print(`${JSON.stringify(rows, null, 2)}\n`);
    return EXIT.ok;
  }
  const table = rows.map(({ id, confidence, mode, from, title }) => [id, confidence, mode, from, title]);
  const head = ['ID', 'CONFIDENCE', 'MODE', 'FROM', 'TITLE'];
  await print(`${columns([head, ...table])}${rows.length} detectors are selected.\n`);
  return EXIT.ok;
}

/** `unleak detectors test`: every detector over its own examples, or a count of what they find in a file. */
export async function detectorsTest({ against }: { against?: string }, command: Command): Promise<number> {
  const plan = await loadPlan(settingsInput(command));
  const loaded = await loadAndTell(plan);
  if (against === undefined) return runAllExamples(loaded);
  const { isCorpus, scoreFile } = await import('./corpus-file.ts');
  if (await isCorpus(against)) {
    await print(renderReport(await scoreFile(against, loaded.detectors, ownIds(loaded))));
    return EXIT.ok;
  }
  const { countInFile } = await import('./count-in-file.ts');
  const counts = await countInFile(against, loaded.detectors, plan);
  const rows = counts.map(({ label, count, lines }) => [label, String(count), lines]);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  const table = rows.length === 0 ? '' : columns([['DETECTOR', 'FINDINGS', 'LINES'], ...rows]);
  await print(`${table}${total} findings of ${loaded.detectors.length} detectors.\n`);
  return EXIT.ok;
}

const DETECTOR_HEAD = ['DETECTOR', 'RECALL', 'FOUND', 'ALONE', 'FALSE ALARMS'];
const LEGEND =
  'By detector: of the rows whose rule is its id, where there are any, else of all; ALONE: no other finds them.\n';

function renderReport({ byRule, byDetector, recall, falseAlarms, skipped }: CorpusReport): string {
  const rules = byRule.map(({ name, positives, found, negatives, falseAlarms: alarms }) => [
    name,
    share(found, positives),
    `${found}/${positives}`,
    `${alarms}/${negatives}`,
  ]);
  const detectors = byDetector.map(({ name, found, positives, only, negatives, falseAlarms: alarms }) => [
    name,
    share(found, positives),
    `${found}/${positives}`,
    String(only),
    `${alarms}/${negatives}`,
  ]);
  const mean = Number.isNaN(recall) ? 'no positives' : `mean recall ${(100 * recall).toFixed(1)} %`;
  return [
    columns([['CORPUS RULE', 'RECALL', 'FOUND', 'FALSE ALARMS'], ...rules]),
    ...(detectors.length === 0 ? [] : [`${columns([DETECTOR_HEAD, ...detectors])}${LEGEND}`]),
    `${mean}, ${falseAlarms} false alarms, ${skipped} rows skipped (their secret does not stand in their text).\n`,
  ].join('\n');
}

/** Users' own are named even where they found nothing: of 600 others that says nothing. */
function ownIds({ specs }: LoadedDetectors): string[] {
  return specs.filter(({ engine }) => engine === 're2').map(({ id }) => id);
}

function share(part: number, whole: number): string {
  return whole === 0 ? '-' : `${((100 * part) / whole).toFixed(1)} %`;
}

async function runAllExamples({ specs, detectors }: LoadedDetectors): Promise<number> {
  const { runExamples } = await import('../config/detector-examples.ts');
  const results = specs.flatMap((spec, index) => runExamples(spec, detectors[index]!));
  const failed = results.filter(({ passed }) => !passed);
  const rows = failed.map(({ id, kind, index, message }) => [id, `${kind} ${index + 1}`, message]);
  const table = rows.length === 0 ? '' : columns(rows);
  const summary = `${specs.length} detectors, ${results.length} examples and counter-examples, ${failed.length} failed.\n`;
  await print(`${table}${summary}`);
  return failed.length === 0 ? EXIT.ok : EXIT.failed;
}
