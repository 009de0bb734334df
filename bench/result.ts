import type { Figure, Sample } from './scenario.ts';

/** A figure after its rounds. */
export interface Result {
  readonly scenario: string;
  readonly figure: Figure;
  /** The median over the rounds, each taken within its round; null when a yardstick is missing. */
  readonly value: number | null;
  readonly lowest: number;
  readonly highest: number;
  /** Medians of the two sides, in the field's own unit. */
  readonly ours: number;
  readonly theirs: number | null;
  readonly rounds: number;
  /** Null: there is no goal, or no value. */
  readonly reached: boolean | null;
  /** Why there is no value. */
  readonly skipped: string | null;
}

/** The middle one, or the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** @param ours samples by round @param theirs the yardstick's, of the same rounds; null when it stands alone */
export function resultOf(
  scenario: string,
  figure: Figure,
  ours: readonly Sample[],
  theirs: readonly Sample[] | null,
): Result {
  const own = ours.map((sample) => sample[figure.field] ?? Number.NaN);
  const others = theirs?.map((sample) => sample[figure.field] ?? Number.NaN) ?? null;
  const values = own.map((value, round) => {
    const other = others?.[round];
    if (other === undefined) return value;
    return figure.against!.how === 'over' ? value / other : value - other;
  });
  const value = median(values);
  return {
    scenario,
    figure,
    value,
    lowest: Math.min(...values),
    highest: Math.max(...values),
    ours: median(own),
    theirs: others === null ? null : median(others),
    rounds: values.length,
    reached: figure.goal === null ? null : reaches(value, figure.goal),
    skipped: null,
  };
}

/** @param why for the reader */
export function skippedResult(scenario: string, figure: Figure, why: string): Result {
  const nothing = { value: null, lowest: 0, highest: 0, ours: 0, theirs: null, rounds: 0, reached: null };
  return { scenario, figure, ...nothing, skipped: why };
}

function reaches(value: number, goal: NonNullable<Figure['goal']>): boolean {
  return 'least' in goal ? value >= goal.least : value <= goal.most;
}
