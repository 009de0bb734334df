import type { Command } from 'commander';
import { loadPlan } from '../config/load.ts';
import { composeRun } from './compose.ts';
import { settingsInput } from './flags.ts';
import { runToTheEnd } from './run-to-the-end.ts';
import { UsageError } from './usage-error.ts';

/** `unleak proxy --route ...`: stands between log shippers and their stores. @returns the exit code */
export async function proxyCommand(command: Command): Promise<number> {
  const plan = await loadPlan(settingsInput(command));
  if (plan.proxy.routes.length === 0)
    throw new UsageError(
      "proxy: no route. Write: unleak proxy --route 'splunk-hec :8088 https://splunk:8088', or proxy.routes in unleak.yaml",
    );
  const { runProxy } = await import('../proxy/run-proxy.ts');
  const run = await composeRun(plan);
  return runToTheEnd(run, () => runProxy(run));
}
