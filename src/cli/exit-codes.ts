/** What the program returns, in the words of `--help`. Numbers above 128 are a signal's, as a shell reports it. */
export const EXIT_CODES = [
  { code: '0', doc: 'everything was read, redacted and written' },
  { code: '1', doc: 'something was held back or could not be written; stderr says what and where' },
  { code: '2', doc: 'wrong usage or configuration; nothing was read or run' },
  { code: '3', doc: 'secrets that were asked for could not be read; nothing was read or run' },
  { code: '126', doc: 'exec: the command was found but cannot be run' },
  { code: '127', doc: 'exec: the command was not found' },
  { code: '128+N', doc: 'ended by signal N: 141 when the reader of our output went away, 143 after TERM' },
] as const;

/** The codes the command line itself decides; the rest comes from the pipeline. */
export const EXIT = { ok: 0, failed: 1, usage: 2, secrets: 3, closedPipe: 141 } as const;

/** The table as it stands in `--help`. */
export function renderExitCodes(): string {
  const rows = EXIT_CODES.map(({ code, doc }) => `  ${code.padEnd(6)} ${doc}`);
  return `Exit codes:\n${rows.join('\n')}\n  exec otherwise returns the command's own code; 1 for its 0 when the ledger or the summary could not be written.`;
}
