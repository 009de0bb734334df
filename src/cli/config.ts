import type { Command } from 'commander';
import { loadSettings } from '../config/load.ts';
import { settingsInput } from './flags.ts';
import { loadAndTell } from './load-selected.ts';
import { print } from './terminal.ts';

/** `unleak config check`: says ok, or everything that is wrong. */
export async function configCheck(command: Command): Promise<number> {
  const { plan } = await loadSettings(settingsInput(command));
  await loadAndTell(plan);
  await print('ok\n');
  return 0;
}

/** `unleak config print`: the effective configuration, each value with where it was said. */
export async function configPrint(command: Command): Promise<number> {
  const { settings } = await loadSettings(settingsInput(command));
  const { printSettings } = await import('../config/print.ts');
  await print(printSettings(settings));
  return 0;
}
