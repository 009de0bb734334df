import type { Run } from '../pipeline/run.ts';
import { EXIT } from './exit-codes.ts';

/**
 * Does the work of a run and closes it. A ledger or summary that could not be written makes a good end a
 * bad one; any other code says more than that and stays.
 * @returns the exit code
 */
export async function runToTheEnd(run: Run, work: () => Promise<number>): Promise<number> {
  let code: number = EXIT.failed;
  let written = false;
  try {
    code = await work();
  } finally {
    written = await run.observer.close();
    run.store.close();
  }
  return code === EXIT.ok && !written ? EXIT.failed : code;
}
