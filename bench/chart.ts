import type { Result } from './result.ts';
import { goalOf, round } from './table.ts';

const WIDTH = 860;
const ROW = 24;
const TOP = 56;
const LEFT = 220;
const RIGHT = 190;
/** The axis is a logarithm: this many times better or worse than the goal fills one side. */
const SPAN = 30;

/**
 * One bar a figure with a goal, as an SVG: how many times better (to the right) or worse (to the left)
 * than the goal it is. Figures without a value are left out.
 */
export function chartOf(results: readonly Result[], machine: string): string {
  const judged = results.filter(({ value, reached }) => value !== null && reached !== null);
  const height = TOP + judged.length * ROW + 30;
  const middle = (LEFT + WIDTH - RIGHT) / 2;
  const rows = judged.map((result, nth) => bar(result, TOP + nth * ROW, middle)).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="sans-serif" font-size="13">
<title>unleak: how many times better or worse than the goal</title>
<rect width="100%" height="100%" fill="white"/>
<text x="16" y="22" font-size="15" font-weight="bold">unleak: how many times better or worse than the goal</text>
<text x="16" y="42" fill="#555">${escapeText(machine)}</text>
${rows}<line x1="${middle}" y1="${TOP - 4}" x2="${middle}" y2="${height - 26}" stroke="#222"/>
<text x="${middle}" y="${height - 10}" text-anchor="middle" fill="#555">the goal</text>
</svg>
`;
}

function bar(result: Result, y: number, middle: number): string {
  const { figure, value } = result;
  const half = middle - LEFT;
  const times = timesBetter(result);
  const length = half * Math.min(1, Math.abs(Math.log(times)) / Math.log(SPAN)) || 1;
  const x = times >= 1 ? middle : middle - length;
  const color = result.reached ? '#2a7f62' : '#b3412f';
  const told = `${round(value!)} ${figure.unit} (${goalOf(figure)})`;
  return `<text x="${LEFT - 12}" y="${y + 14}" text-anchor="end">${escapeText(figure.name)}</text>
<rect x="${x.toFixed(1)}" y="${y + 3}" width="${length.toFixed(1)}" height="${ROW - 8}" fill="${color}"/>
<text x="${WIDTH - RIGHT + 12}" y="${y + 14}" fill="#333">${escapeText(told)}</text>
`;
}

/** More than 1: better than the goal. A difference of nothing or less is as good as can be shown. */
function timesBetter({ figure, value }: Result): number {
  const goal = figure.goal!;
  const times = 'least' in goal ? value! / goal.least : value! <= 0 ? SPAN : goal.most / value!;
  return Math.min(SPAN, Math.max(1 / SPAN, times));
}

const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
