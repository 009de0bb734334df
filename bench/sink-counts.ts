/** What arrived by one way since its counts were last asked for. */
export interface SinkCounts {
  readonly requests: number;
  /** Requests in which many leaks were sought, not one. */
  readonly checked: number;
  /** Leaks in the bodies as they were sent, by their own headers. */
  readonly planted: number;
  readonly placeholders: number;
  /** Bodies in which one of the leaks that were sought in them stood. */
  readonly leaking: number;
}

/** Ahead of each body: the way it took, which bodies it is of, records and leaks in it; and whether many leaks are sought in it, or one. */
export const SINK_HEADERS = {
  via: 'x-bench-via',
  set: 'x-bench-set',
  records: 'x-bench-records',
  planted: 'x-bench-planted',
  many: 'x-bench-many',
} as const;
/** Ends in the way. */
export const COUNTS_PATH = '/bench/counts/';
/** Ends in the name of bodies, whose leaks are posted here as a JSON array. */
export const LEAKS_PATH = '/bench/leaks/';
