import type { Secret } from '../secret.ts';
import type { Action, Actions } from './action.ts';
import { createDrop } from './drop.ts';
import { createMask } from './mask.ts';
import { createPartial } from './partial.ts';
import { createPseudonym } from './pseudonym.ts';

export type ActionName = Action['name'];

/** The config words of `--action`; each is a file in this folder. */
export const ACTION_NAMES = ['mask', 'partial', 'pseudonym', 'drop'] as const satisfies readonly ActionName[];

export interface ActionOptions {
  readonly name: ActionName;
  /** A template that `checkPlaceholder` has nothing against. */
  readonly placeholder: string;
  /** By rule. */
  readonly labels: readonly string[];
  /** Needed where an action is `pseudonym`. */
  readonly key?: Uint8Array | undefined;
  readonly keyId?: string | undefined;
  /** By rule: another action than `name`, for example a detector's own. */
  readonly perRule?: readonly (ActionName | null | undefined)[] | undefined;
  /** By rule: the known value, so that all its spellings get one pseudonym. */
  readonly secrets?: readonly (Secret | null)[] | undefined;
}

/**
 * Chooses an action for every rule, once.
 * @throws Error E_PSEUDONYM_KEY when a pseudonym is asked for without a key
 */
export function createActions(options: ActionOptions): Actions {
  const made = new Map<ActionName, Action>();
  const make = (name: ActionName): Action => {
    const action = made.get(name) ?? create(name, options);
    made.set(name, action);
    return action;
  };
  const usual = make(options.name);
  const { perRule } = options;
  if (perRule === undefined) return { of: () => usual };
  const chosen = options.labels.map((_, rule) => make(perRule[rule] ?? options.name));
  return { of: (rule) => chosen[rule]! };
}

function create(name: ActionName, options: ActionOptions): Action {
  const { placeholder, labels, key, keyId, secrets = [] } = options;
  switch (name) {
    case 'mask':
      return createMask(placeholder, labels);
    case 'drop':
      return createDrop(labels);
    case 'partial':
      return createPartial(placeholder, labels, createMask(placeholder, labels));
    case 'pseudonym':
      if (key === undefined || keyId === undefined)
        throw new Error('E_PSEUDONYM_KEY the action pseudonym needs a key and a key id');
      return createPseudonym({ template: placeholder, labels, key, keyId, secrets });
  }
}
