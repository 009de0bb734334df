import { setTimeout as pause } from 'node:timers/promises';

/** Settles once `holds`; rejects with `what` after 20 s, so that a test that is given up says why. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let round = 0; round < 800; round++) {
    if (await holds()) return;
    await pause(25);
  }
  throw new Error(`it never came to this: ${what}`);
}
