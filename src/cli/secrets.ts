import type { Command } from 'commander';
import { loadPlan } from '../config/load.ts';
import type { ListedValue, SecretSet } from '../secrets/store.ts';
import { EXIT } from './exit-codes.ts';
import { settingsInput } from './flags.ts';
import { columns, print } from './terminal.ts';

/** `unleak secrets list`: what is known and how it is matched; names and reasons, never a value. */
export async function secretsList({ json }: { json?: boolean }, command: Command): Promise<number> {
  const plan = await loadPlan(settingsInput(command));
  const { openSecretStore } = await import('../secrets/open-store.ts');
  const store = openSecretStore(plan.secrets, { now: () => performance.now(), watch: false });
  try {
    const set = await store.load();
    await print(json ? asJson(set) : asTable(set));
    for (const { code, level, message } of set.problems)
      process.stderr.write(`unleak: ${level}: ${code} ${message}\n`);
    return set.problems.some(({ level }) => level === 'error') ? EXIT.secrets : EXIT.ok;
  } finally {
    store.close();
  }
}

function asJson({ generation, degraded, listing, problems }: SecretSet): string {
  return `${JSON.stringify({ generation, degraded, secrets: listing, problems }, null, 2)}\n`;
}

const USES: Record<ListedValue['use'], string> = {
  anywhere: 'anywhere',
  'beside-key': 'beside its key',
  none: 'NOT MATCHED',
};

function asTable({ listing }: SecretSet): string {
  if (listing.length === 0) {
    return 'No secrets are known: no mounted Secret and no matching variable was found. Give --secrets-dir or --secret-env.\n';
  }
  const rows = listing.map(({ name, part, provider, state, use, reason, aliases }) => [
    name,
    part,
    provider,
    state,
    USES[use],
    [reason, aliases.length === 0 ? '' : `same value as ${aliases.join(', ')}`].filter(Boolean).join('; '),
  ]);
  const skipped = listing.filter(({ use }) => use === 'none').length;
  const table = columns([['NAME', 'PART', 'FROM', 'STATE', 'MATCHED', 'WHY'], ...rows]);
  return `${table}${listing.length - skipped} values are redacted, ${skipped} are not matched.\n`;
}
