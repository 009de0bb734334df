import type { Action } from './action.ts';
import { fillPlaceholder } from './placeholder.ts';

/**
 * Replaces by the placeholder alone. A placeholder is made with its first finding and kept: 10,000 of them
 * are 5 to 80 ms of a reload, and most secrets never leak.
 */
export function createMask(template: string, labels: readonly string[]): Action {
  const made: (Uint8Array | null)[] = labels.map(() => null);
  return {
    name: 'mask',
    replace: (rule) => {
      made[rule] ??= fillPlaceholder(template, labels[rule]!);
      return made[rule];
    },
  };
}
