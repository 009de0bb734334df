import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MatcherSupply } from './matcher-supply.ts';
import { within } from './silence.ts';

/**
 * Resolves when every change of the secrets that was made before the call is in use, after `holdMs` milliseconds
 * at most: a value is in use before bytes that were written after it are redacted. The event of its directory was
 * queued before those bytes were, so it is heard first.
 */
export async function changesTaken(supply: Pick<MatcherSupply, 'taking'>, holdMs: number): Promise<void> {
  await allHeard();
  const taking = supply.taking();
  if (taking !== null) await within(taking, holdMs, () => {});
}

/**
 * Resolves when all events were heard that the system had for us before the call, those of watched directories among
 * them. The first turn ends the poll that we are called from, which may have begun before such an event and found our
 * bytes readable for older ones; the second has a whole poll ahead of it.
 */
async function allHeard(): Promise<void> {
  await nextTurn();
  await nextTurn();
}
