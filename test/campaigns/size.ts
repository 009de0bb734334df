/** The long form runs the full numbers: `npm run campaign -- test/properties test/e2e/rotation`. */
export const LONG = process.env.UNLEAK_CAMPAIGN === 'long';

/** How many cases to run: a few seconds' worth, or the full number. */
export function cases(short: number, long: number): number {
  return LONG ? long : short;
}

/** Milliseconds a test may take before the runner gives it up; no result hangs on it. */
export const PATIENCE = LONG ? 7_200_000 : 300_000;

/**
 * Where the drawing starts. The short form always draws the same cases, so a red build is repeatable;
 * the long form draws new ones unless UNLEAK_SEED says which.
 */
export const SEED = Number(process.env.UNLEAK_SEED ?? (LONG ? Date.now() % 0x7fff_ffff : 20_240_517));

/** Says how far a campaign is, to a person only. */
export function progress(what: string, done: number, of: number): void {
  if (process.stderr.isTTY && done % 1_000 === 0) process.stderr.write(`\r${what}: ${done} of ${of}`);
}
