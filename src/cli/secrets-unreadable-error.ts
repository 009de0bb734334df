import { EXIT } from './exit-codes.ts';

/** Secrets that were asked for could not be read at the start: to go on would pass them on unknown. */
export class SecretsUnreadableError extends Error {
  readonly code = 'E_SECRETS_UNREADABLE';
  readonly exitCode = EXIT.secrets;

  /** @param problems one line each: names and places, never values */
  constructor(problems: readonly string[]) {
    super(
      `E_SECRETS_UNREADABLE secrets could not be read; nothing was read or run, because what is not known is not redacted.\n${problems.join('\n')}`,
    );
    this.name = 'SecretsUnreadableError';
  }
}
