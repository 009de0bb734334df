import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { chartOf } from './chart.ts';
import { PROJECT } from './project.ts';
import type { Result } from './result.ts';
import { goalOf } from './table.ts';

/** The machine in words: no name or path of it. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? arch();
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${model}, ${cpus().length} cores, ${gigabytes} GiB, Linux ${release().split('.', 2).join('.')}, Node ${process.version}`;
}

/** Writes `bench/record/DATE-cpu.csv` and the chart beside it. @returns their names */
export function writeRecord(results: readonly Result[], notes: readonly string[]): string[] {
  const dir = join(PROJECT, 'bench/record');
  mkdirSync(dir, { recursive: true });
  const model = cpus()[0]?.model ?? arch();
  const cpu = model
    .toLowerCase()
    .replace(/\((?:r|tm)\)|@.*|\bcpu\b|processor/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const name = `${new Date().toISOString().slice(0, 10)}-${cpu || arch()}`;
  writeFileSync(join(dir, `${name}.csv`), csvOf(results, notes));
  writeFileSync(join(dir, `${name}.svg`), chartOf(results, machine()));
  return [`bench/record/${name}.csv`, `bench/record/${name}.svg`];
}

const COLUMNS = 'scenario,figure,median,lowest,highest,unit,goal,reached,field,ours,against,theirs,rounds';

function csvOf(results: readonly Result[], notes: readonly string[]): string {
  const head = [machine(), ...notes].map((note) => `# ${note}\n`).join('');
  const rows = results.map(({ figure, ...result }) => [
    result.scenario,
    figure.name,
    ...(result.value === null
      ? ['skipped', '', '']
      : [result.value, result.lowest, result.highest].map((value) => value.toFixed(4))),
    figure.unit,
    goalOf(figure),
    result.reached === null ? '' : result.reached ? 'yes' : 'no',
    figure.field,
    result.value === null ? '' : result.ours.toFixed(3),
    figure.against?.label ?? '',
    result.theirs?.toFixed(3) ?? '',
    result.rounds,
  ]);
  return `${head}${COLUMNS}\n${rows.map((row) => `${row.map(quote).join(',')}\n`).join('')}`;
}

const quote = (cell: string | number): string =>
  /[",\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell);
