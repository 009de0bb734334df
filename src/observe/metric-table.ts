/** A metric, said once: what is registered, the reference and the dashboards come from it. */
export interface Metric {
  readonly name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  /** Label names; every label has a bounded set of values. */
  readonly labels: readonly string[];
  /** One sentence for whoever reads the dashboard. */
  readonly doc: string;
}

/** Labels of findings told apart at `/metrics`; the rest counts as `other`. */
export const MAX_EXPOSED_LABELS = 500;

export const METRICS = {
  bytesRead: counter('unleak_bytes_read_total', ['stream'], 'Bytes read from the workload.'),
  bytesWritten: counter('unleak_bytes_written_total', ['stream'], 'Bytes written, redacted.'),
  records: counter('unleak_records_total', ['stream'], 'Lines seen.'),
  findings: counter(
    'unleak_findings_total',
    ['kind', 'label'],
    `Secrets found: known ones (secret), by shape (detector), and by detectors that only count (observed: these bytes went out), by label; labels past ${MAX_EXPOSED_LABELS} count as other.`,
  ),
  spellings: counter(
    'unleak_findings_by_spelling_total',
    ['spelling'],
    'Secrets found, by how they were spelt: plain, base64, escaped and so on.',
  ),
  noisy: gauge(
    'unleak_noisy_needle',
    ['label'],
    'Findings per line of a label that fires on more than a fifth of all lines: its value is likely no secret.',
  ),
  secrets: gauge(
    'unleak_secrets',
    ['state', 'use'],
    'Values known, by state (active, retiring) and use (anywhere, beside-key, none: not matched).',
  ),
  secretSetAge: gauge(
    'unleak_secret_set_age_seconds',
    [],
    'Seconds since the running set of secrets was loaded.',
  ),
  generation: gauge('unleak_generation', [], 'Number of the running set of secrets and detectors.'),
  reloads: counter(
    'unleak_reloads_total',
    ['result'],
    'Reloads of the secrets, ok or failed; after a failed one the old set goes on.',
  ),
  held: gauge('unleak_held_bytes', ['stream'], 'Bytes held back because they may begin a secret.'),
  latency: {
    name: 'unleak_added_latency_seconds',
    kind: 'histogram',
    labels: ['stream'],
    doc: 'Time from reading a chunk to having written what it decided.',
  },
  faults: counter(
    'unleak_faults_total',
    ['kind', 'action'],
    'Faults handled, and what was done: hold, drop or pass.',
  ),
  unscanned: counter(
    'unleak_unscanned_bytes_total',
    ['stream'],
    'Bytes that went out unscanned; stays 0 unless --on-fault pass was asked for.',
  ),
  ledgerErrors: counter(
    'unleak_ledger_errors_total',
    [],
    'Failed writes of the ledger; its rows are kept and tried again.',
  ),
  ledgerLost: counter(
    'unleak_ledger_rows_lost_total',
    [],
    'Rows of the ledger given up because it could not be written and memory for them is bounded.',
  ),
  ready: gauge('unleak_ready', [], '1 when /readyz says ready.'),
} as const satisfies Record<string, Metric>;

/** Upper ends of the latency histogram's buckets, in seconds. */
export const LATENCY_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1, 2.5] as const;

function counter(name: string, labels: readonly string[], doc: string): Metric {
  return { name, kind: 'counter', labels, doc };
}

function gauge(name: string, labels: readonly string[], doc: string): Metric {
  return { name, kind: 'gauge', labels, doc };
}

/** The metrics as a markdown table; the README holds it between its metrics marks. */
export function renderMetrics(): string {
  const rows = Object.values(METRICS).map(({ name, kind, labels, doc }: Metric) => {
    const shown = labels.map((label) => `\`${label}\``).join(' ');
    return `| \`${name}\` | ${kind} | ${shown} | ${doc} |`;
  });
  return ['| metric | kind | labels | what it says |', '| --- | --- | --- | --- |', ...rows, ''].join('\n');
}
