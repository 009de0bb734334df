import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Resolves when all events were heard that the system had for us before the call, those of watched directories among
 * them. The first turn ends the poll that we are called from, which may have begun before such an event and found our
 * bytes readable for older ones; the second has a whole poll ahead of it.
 */
export async function allHeard(): Promise<void> {
  await nextTurn();
  await nextTurn();
}
