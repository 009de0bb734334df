import { constants } from 'node:os';

/** What the program returns beside 0; `--help` lists them. Usage and configuration errors are 2. */
export const EXIT = {
  ok: 0,
  /** Bytes were held back or could not be written; the log says which and why. */
  failed: 1,
  /** The command of `exec` was found but cannot be run. */
  notExecutable: 126,
  /** The command of `exec` was not found. */
  notFound: 127,
} as const;

/** 128 + the signal's number, as a shell reports it. */
export function exitCodeOf(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}
