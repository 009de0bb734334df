import type { Command } from 'commander';
import { loadPlan } from '../config/load.ts';
import { composeRun } from './compose.ts';
import { settingsInput } from './flags.ts';
import { runToTheEnd } from './run-to-the-end.ts';
import { UsageError } from './usage-error.ts';

/** `unleak exec -- app args`: what stands behind `--` is run. @returns the exit code */
export async function execCommand(argv: readonly string[], command: Command): Promise<number> {
  if (argv.length === 0)
    throw new UsageError('exec: no command to run. Write: unleak exec [options] -- PROGRAM [ARGS]');
  if (argv[0] === '')
    throw new UsageError('exec: the command is an empty word; nothing was run. Is a variable not set?');
  const plan = await loadPlan(settingsInput(command));
  const { runExec } = await import('../pipeline/exec.ts');
  const run = await composeRun(plan);
  return runToTheEnd(run, () => runExec(run, argv));
}
