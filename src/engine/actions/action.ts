/** What replaces a finding. */
export interface Action {
  readonly name: 'mask' | 'partial' | 'pseudonym' | 'drop';
  /**
   * The replacement of `haystack[start, end)`: printable ASCII without quotes, backslash or control
   * bytes, so that it is valid inside a JSON string, XML text and a CRI line alike.
   * @param rule index into the labels given when the action was made
   */
  replace(rule: number, haystack: Uint8Array, start: number, end: number): Uint8Array;
}

/** Chooses the action for a rule; decided before the loop. */
export interface Actions {
  of(rule: number): Action;
}
