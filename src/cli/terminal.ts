import { EXIT } from './exit-codes.ts';

/** Ends a command with an exit code; what a person should know was said before. */
export class Exit extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`exit ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/**
 * Writes a command's answer to stdout, to the end.
 * @throws Exit 141 when its reader is gone, as SIGPIPE would; 1 when it cannot be written, which was said
 */
export function print(text: string): Promise<void> {
  return new Promise((done, fail) => {
    // Without a listener a closed pipe ends the process with a stack trace.
    process.stdout.once('error', (error) => fail(unwritten(error)));
    process.stdout.write(text, (error) => {
      if (error) fail(unwritten(error));
      else done();
    });
  });
}

function unwritten(error: NodeJS.ErrnoException): Exit {
  if (error.code === 'EPIPE') return new Exit(EXIT.closedPipe);
  process.stderr.write(
    `unleak: E_STDOUT stdout: cannot write the answer (${error.code ?? 'unknown'}); it is not complete. Check where the output leads.\n`,
  );
  return new Exit(EXIT.failed);
}

/** Rows of words in columns as wide as their longest. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length);
    });
  const line = (row: readonly string[]): string =>
    row.map((cell, at) => (at === row.length - 1 ? cell : cell.padEnd(widths[at]!))).join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}
