import type { Result } from './result.ts';
import type { Figure } from './scenario.ts';

const HEAD = ['figure', 'median', 'lowest to highest', 'goal', 'reached', 'ours', 'against'];

/** The results as columns for a terminal. */
export function tableOf(results: readonly Result[]): string {
  const rows = [HEAD, ...results.map(row)];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
  const lines = rows.map((cells) => cells.map((cell, column) => cell.padEnd(widths[column]!)).join('  '));
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  return lines.map((line) => `${line.trimEnd()}\n`).join('');
}

function row(result: Result): string[] {
  const { figure, value, lowest, highest, reached } = result;
  if (value === null) return [figure.name, 'skipped', result.skipped ?? '', goalOf(figure), '', '', ''];
  const told = (number: number): string => `${round(number)} ${figure.unit}`;
  const unit = figure.field.toLowerCase().endsWith('rate') ? 'MB/s' : figure.unit;
  const against = figure.against === null ? '' : `${figure.against.label} ${round(result.theirs!)} ${unit}`;
  return [
    figure.name,
    told(value),
    `${round(lowest)} to ${round(highest)}`,
    goalOf(figure),
    reached === null ? '' : reached ? 'yes' : 'NO',
    `${round(result.ours)} ${unit}`,
    against,
  ];
}

/** For example `≥ 0.5 ×`. */
export function goalOf({ goal, unit }: Figure): string {
  if (goal === null) return '';
  return 'least' in goal ? `≥ ${goal.least} ${unit}` : `≤ ${goal.most} ${unit}`;
}

/** Three digits that count. */
export function round(value: number): string {
  if (!Number.isFinite(value)) return '?';
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return String(Number(value.toPrecision(value === 0 ? 1 : 3)));
}
