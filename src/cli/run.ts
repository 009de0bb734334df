import { CommanderError } from 'commander';
import { EXIT } from './exit-codes.ts';
import { closeDoors, internalFault, openDoors } from './hygiene.ts';
import { createProgram, type Outcome } from './program.ts';
import { Exit, print } from './terminal.ts';

/** Runs the command line. @param argv what was typed behind the program's name @returns the exit code */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  closeDoors();
  for (const door of openDoors()) {
    process.stderr.write(
      `unleak: warn: E_UNSAFE_NODE_OPTION Node runs with ${door}, which can write memory that holds secrets. Take it out of NODE_OPTIONS.\n`,
    );
  }
  const outcome: Outcome = { code: EXIT.ok, text: '' };
  try {
    await createProgram(outcome).parseAsync(argv, { from: 'user' });
    return outcome.code;
  } catch (error) {
    if (!(error instanceof CommanderError && error.exitCode === 0)) return explain(error);
  }
  // Help or version was asked for; the parser ends with an error of its own.
  return print(outcome.text).then(() => EXIT.ok, explain);
}

/** Our errors carry their exit code and words fit to print; of any other only class and place are told. */
function explain(error: unknown): number {
  if (error instanceof Exit) return error.exitCode;
  const { code, exitCode } = error as { code?: unknown; exitCode?: unknown };
  const ours = error instanceof Error && typeof code === 'string' && code.startsWith('E_');
  if (!ours) {
    process.stderr.write(`unleak: ${internalFault(error)}\n`);
    return EXIT.failed;
  }
  const told = error.message.startsWith(code) ? error.message : `${code} ${error.message}`;
  process.stderr.write(`unleak: ${told}\n`);
  return typeof exitCode === 'number' ? exitCode : EXIT.failed;
}
