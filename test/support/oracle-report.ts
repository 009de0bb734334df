/** Fails with every line told (seeds, kinds and places, never bytes); the runner alone would cut the list short. */
export function expectNone(told: readonly (string | number)[]): void {
  if (told.length > 0) throw new Error(`${told.length} cases fail:\n${told.join('\n')}`);
}
