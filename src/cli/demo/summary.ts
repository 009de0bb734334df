/** One line of the ledger, as far as the summary shows it. */
export interface LedgerLine {
  readonly label: string;
  readonly kind: 'secret' | 'detector';
  readonly spelling: string;
  readonly count: number;
  readonly stream: string;
}

/** The numbers of `--stats` that the summary shows. */
export interface Stats {
  readonly bytesIn: number;
  readonly seconds: number;
  readonly records: number;
  readonly findings: { readonly count: number };
  readonly addedLatencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

/** Who leaked what, most frequent first. */
export function leakTable(ledger: readonly LedgerLine[]): string {
  const totals = new Map<string, { row: LedgerLine; count: number }>();
  for (const row of ledger) {
    const key = [row.label, row.spelling, row.stream].join('\0');
    const total = totals.get(key) ?? { row, count: 0 };
    total.count += row.count;
    totals.set(key, total);
  }
  const rows = [...totals.values()]
    .sort(
      (a, b) =>
        a.row.kind.localeCompare(b.row.kind) * -1 ||
        a.row.label.localeCompare(b.row.label) ||
        b.count - a.count,
    )
    .map(({ row, count }) => [row.label, known(row), row.spelling, row.stream, String(count)]);
  return table([['what leaked', 'known from', 'spelling', 'stream', 'times'], ...rows]);
}

function known({ kind }: LedgerLine): string {
  return kind === 'secret' ? 'mounted Secret' : 'detector';
}

/** Columns as wide as their widest cell; a rule under the first row; the last column to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) =>
        column === row.length - 1 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  '),
  );
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [lines[0], rule, ...lines.slice(1)].map((line) => `  ${line}`).join('\n');
}

/** @param rate MB/s */
export function speedLine(title: string, stats: Stats, rate: number): string {
  const { p50, p99, max } = stats.addedLatencyMs;
  const speed = rate >= 1 ? `${rate.toFixed(0)} MB/s` : `${(rate * 1e3).toFixed(1)} kB/s`;
  return `  ${title}: ${size(stats.bytesIn)}, ${stats.records} lines, ${stats.findings.count} redactions, ${speed}; added latency p50 ${ms(p50)}, p99 ${ms(p99)}, max ${ms(max)}`;
}

function size(bytes: number): string {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(0)} MB` : `${(bytes / 1e3).toFixed(1)} kB`;
}

function ms(value: number): string {
  return value < 1 ? `${(value * 1e3).toFixed(0)} us` : `${value.toFixed(1)} ms`;
}
