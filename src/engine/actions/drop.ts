import type { Action } from './action.ts';
import { fillPlaceholder } from './placeholder.ts';

/** Gives the marker that stands in for the record; the redactor takes the whole record out. */
export function createDrop(labels: readonly string[]): Action {
  const markers = labels.map((label) => fillPlaceholder('[DROPPED:{label}]', label));
  return { name: 'drop', replace: (rule) => markers[rule]! };
}
