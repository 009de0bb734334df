import type { Action } from './action.ts';
import { fillPlaceholder } from './placeholder.ts';

/** Replaces by the placeholder alone. Every placeholder is made here, so `replace` allocates nothing. */
export function createMask(template: string, labels: readonly string[]): Action {
  const placeholders = labels.map((label) => fillPlaceholder(template, label));
  return { name: 'mask', replace: (rule) => placeholders[rule]! };
}
