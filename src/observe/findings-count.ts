import type { Rule } from '../engine/matcher.ts';
import type { Secret } from '../engine/secret.ts';
import { SPELLINGS, spellingName } from '../engine/spelling.ts';
import type { Origin } from '../formats/body.ts';
import { PROTOCOLS } from '../formats/protocols.ts';
import type { BatchFindings, StreamName } from './observer.ts';
import { OriginRows } from './origin-rows.ts';

/** Rows kept between two flushes; full means flush. About 20 MB at most. */
export const MAX_ROWS = 100_000;
/** Labels counted apart; more are counted together. Secrets and detectors are far fewer. */
const MAX_LABELS = 100_000;
const STREAMS: readonly StreamName[] = ['stdin', 'stdout', 'stderr', ...PROTOCOLS];

/** What a finding is told as: `observed` was found by a detector that only counts, and left as it was. */
export type FindingKind = Rule['kind'] | 'observed';

/** All findings of one label since the start. */
export interface LabelTotal {
  readonly label: string;
  readonly kind: FindingKind;
  count: number;
}

/** Findings of one rule in one spelling on one stream, of records from one origin, since the last flush. */
export interface Row {
  readonly label: string;
  readonly kind: FindingKind;
  readonly spelling: number;
  readonly stream: StreamName;
  /** What the records say of where they come from; null: nothing; `other`: too many said something else. */
  readonly origin: Origin | 'other' | null;
  /** The known value; null for a detector. */
  readonly secret: Secret | null;
  readonly total: LabelTotal;
  count: number;
  bytes: number;
  firstMs: number;
  lastMs: number;
}

/** Counts findings: totals by label and spelling for ever, rows until they are taken. No byte of a finding. */
export class FindingsCount {
  readonly labels = new Map<string, LabelTotal>();
  readonly spellings = new Float64Array(SPELLINGS);
  total = 0;
  /** Of those, the ones that were only observed. */
  observed = 0;
  bytes = 0;
  /** Told of a known value at its row's first finding, while it is sure to be there: later it may be wiped. */
  onSecret: (secret: Secret) => void = () => {};
  /** Whether rows are told apart by origin: only a ledger asks for that. */
  byOrigin = false;
  #rows = new Map<number, Row>();
  readonly #origins = new OriginRows();
  #done: Row[] = [];
  /** Rows since they were taken. */
  #count = 0;
  #rules: readonly Rule[] | null = null;

  /** @returns the labels' totals that grew */
  add(found: BatchFindings, nowMs: number): Set<LabelTotal> {
    if (found.rules !== this.#rules) this.#rebase(found.rules);
    const stream = STREAMS.indexOf(found.stream);
    const grown = new Set<LabelTotal>();
    const { list } = found;
    const origins =
      this.byOrigin && found.origins !== undefined && found.origins.length > 0 ? found.origins : null;
    for (let i = 0; i < list.length; i++) {
      const spelling = list.spelling(i);
      const key = (list.rule(i) * SPELLINGS + spelling) * STREAMS.length + stream;
      const rows = origins === null ? this.#rows : this.#rowsOf(origins.at(i));
      let row = rows.get(key);
      if (row === undefined) {
        row = this.#newRow(found, i, nowMs, rows === this.#rows ? null : this.#origins.last);
        rows.set(key, row);
      }
      row.count++;
      row.bytes += list.bytes(i);
      row.lastMs = nowMs;
      row.total.count++;
      this.total++;
      if (row.kind === 'observed') this.observed++;
      this.bytes += list.bytes(i);
      this.spellings[spelling]!++;
      grown.add(row.total);
    }
    return grown;
  }

  /** Rows since the last call are more than a flush should wait for. */
  get full(): boolean {
    return this.#count >= MAX_ROWS;
  }

  /** The rows since the last call. */
  takeRows(): Row[] {
    const rows = [...this.#done, ...this.#rows.values(), ...this.#origins.takeRows()];
    this.#done = [];
    this.#rows = new Map();
    this.#origins.forget();
    this.#count = 0;
    return rows;
  }

  /** Findings by the name of their spelling, the frequent first. */
  bySpelling(): [string, number][] {
    const counts = new Map<string, number>();
    this.spellings.forEach((count, code) => {
      const name = count === 0 ? '' : spellingName(code);
      if (name !== '') counts.set(name, (counts.get(name) ?? 0) + count);
    });
    return [...counts].sort((a, b) => b[1] - a[1]);
  }

  /** Another generation's rules: its numbers mean other things. */
  #rebase(rules: readonly Rule[]): void {
    for (const rows of [this.#rows.values(), this.#origins.takeRows()])
      for (const row of rows) this.#done.push(row);
    this.#rows = new Map();
    this.#rules = rules;
  }

  #rowsOf(origin: Origin | null): Map<number, Row> {
    return origin === null ? this.#rows : this.#origins.of(origin);
  }

  #newRow(found: BatchFindings, at: number, nowMs: number, origin: Row['origin']): Row {
    const rule = found.rules[found.list.rule(at)]!;
    const row: Row = {
      label: rule.label,
      kind: kindOf(rule),
      spelling: found.list.spelling(at),
      stream: found.stream,
      origin,
      secret: rule.secret,
      total: this.#totalOf(rule),
      count: 0,
      bytes: 0,
      firstMs: nowMs,
      lastMs: nowMs,
    };
    this.#count++;
    if (rule.secret !== null) this.onSecret(rule.secret);
    return row;
  }

  #totalOf(rule: Rule): LabelTotal {
    const label = this.labels.has(rule.label) || this.labels.size < MAX_LABELS ? rule.label : 'other';
    const total = this.labels.get(label) ?? { label, kind: kindOf(rule), count: 0 };
    this.labels.set(label, total);
    return total;
  }
}

function kindOf({ kind, observe }: Rule): FindingKind {
  return observe ? 'observed' : kind;
}
