import type { Origin } from '../formats/body.ts';
import type { Row } from './findings-count.ts';

/** Origins told apart between two flushes, about 1 KB each; findings of more are counted as from `other`. */
export const MAX_ORIGINS = 1000;
/** Origins that rows which could not be written yet keep among them, about 10 MB. */
export const MAX_WAITING_ORIGINS = 10_000;

interface Group {
  readonly origin: Origin | 'other';
  /** By the key that `FindingsCount` gives. */
  rows: Map<number, Row>;
}

/** The rows of findings whose records say where they come from. */
export class OriginRows {
  readonly #groups = new Map<string, Group>();
  readonly #other: Group = { origin: 'other', rows: new Map() };
  /** The origin asked for last, and its group: the findings of a record come one behind the other. */
  #asked: Origin | null = null;
  #group: Group = this.#other;

  of(origin: Origin): Map<number, Row> {
    if (origin !== this.#asked) {
      this.#group = this.#groupOf(origin);
      this.#asked = origin;
    }
    return this.#group.rows;
  }

  /** What the rows given last go by. */
  get last(): Origin | 'other' {
    return this.#group.origin;
  }

  /** The rows so far, which start anew; the origins stay known. */
  takeRows(): Row[] {
    const taken: Row[] = [];
    for (const group of [...this.#groups.values(), this.#other]) {
      for (const row of group.rows.values()) taken.push(row);
      group.rows = new Map();
    }
    return taken;
  }

  /** The origins are forgotten: there is room for others. */
  forget(): void {
    this.#groups.clear();
    this.#asked = null;
  }

  #groupOf(origin: Origin): Group {
    // Members may come in any order.
    const key = JSON.stringify(Object.entries(origin).sort());
    const known = this.#groups.get(key);
    if (known !== undefined) return known;
    if (this.#groups.size >= MAX_ORIGINS) return this.#other;
    const group: Group = { origin, rows: new Map() };
    this.#groups.set(key, group);
    return group;
  }
}

/** The rows with at most MAX_WAITING_ORIGINS origins among them; the others say `other`. */
export function boundOrigins(rows: readonly Row[]): readonly Row[] {
  const kept = new Set<Row['origin']>();
  return rows.map((row) => {
    if (row.origin === null || row.origin === 'other' || kept.has(row.origin)) return row;
    if (kept.size >= MAX_WAITING_ORIGINS) return { ...row, origin: 'other' };
    kept.add(row.origin);
    return row;
  });
}
