import { EXIT } from './exit-codes.ts';

/** The command line was not understood; the message says what to write instead, and repeats no value. */
export class UsageError extends Error {
  readonly code = 'E_USAGE';
  readonly exitCode = EXIT.usage;

  constructor(message: string) {
    super(`E_USAGE ${message}`);
    this.name = 'UsageError';
  }
}
