import type { Action } from './action.ts';
import { fillPlaceholder } from './placeholder.ts';

/** Gives the marker that stands in for the record; the redactor takes the whole record out. */
export function createDrop(labels: readonly string[]): Action {
  // Made with the first finding, as `createMask` does.
  const made: (Uint8Array | null)[] = labels.map(() => null);
  return {
    name: 'drop',
    replace: (rule) => {
      made[rule] ??= fillPlaceholder('[DROPPED:{label}]', labels[rule]!);
      return made[rule];
    },
  };
}
