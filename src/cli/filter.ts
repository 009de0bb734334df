import type { Command } from 'commander';
import { loadPlan } from '../config/load.ts';
import { didYouMean } from '../config/suggest.ts';
import { runFilter } from '../pipeline/filter.ts';
import { composeRun } from './compose.ts';
import { settingsInput } from './flags.ts';
import { runToTheEnd } from './run-to-the-end.ts';
import { UsageError } from './usage-error.ts';

/** `app | unleak`: the command without a word. @returns the exit code */
export async function filterCommand(words: readonly string[], program: Command): Promise<number> {
  if (words.length > 0) {
    const known = program.commands.map((command) => command.name());
    throw new UsageError(
      `the first word is no command of unleak${didYouMean(words[0]!, known) || '.'} To redact a file: unleak < FILE. To wrap a program: unleak exec -- PROGRAM`,
    );
  }
  const plan = await loadPlan(settingsInput(program));
  if (process.stdin.isTTY)
    process.stderr.write('unleak: reads this terminal until Ctrl-D. Usually: app | unleak\n');
  const run = await composeRun(plan);
  return runToTheEnd(run, () => runFilter(run));
}
