import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Plan } from '../config/plan.ts';
import { Env } from './env.ts';
import { ValueFile } from './file.ts';
import { MountedDir } from './mounted-dir.ts';
import type { Provider } from './provider.ts';
import { SecretStore } from './store.ts';

/**
 * The store a plan asks for: directories, then files, then the environment. Nothing is read before `load()`.
 * @param options.now milliseconds, only forward @param options.watch false for one-shot commands
 */
export function openSecretStore(
  plan: Plan['secrets'],
  options: { readonly now: () => number; readonly watch?: boolean; readonly pollMs?: number },
): SecretStore {
  const timing = options.pollMs === undefined ? {} : { pollMs: options.pollMs };
  const providers: Provider[] = [
    ...distinct(plan.dirs).map(({ path, required }) => new MountedDir(path, { required, ...timing })),
    ...[...new Set(plan.files.map((path) => resolve(path)))].map((path) => new ValueFile(path, timing)),
    ...(plan.envGlobs.length > 0 ? [new Env(plan.envGlobs)] : []),
  ];
  const { minBytes, graceMs } = plan;
  return new SecretStore({ providers, minBytes, graceMs, now: options.now, watch: options.watch ?? true });
}

/** `/var/run` is a link to `/run` on most systems: each directory once, and required if any naming of it is. */
function distinct(dirs: Plan['secrets']['dirs']): Plan['secrets']['dirs'][number][] {
  const known = new Map<string, { path: string; required: boolean }>();
  for (const { path, required } of dirs) {
    const real = realOf(path);
    const first = known.get(real);
    if (first === undefined) known.set(real, { path, required });
    else if (required) first.required = true;
  }
  return [...known.values()];
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Not there yet, or not ours to look at: reading it says so.
    return resolve(path);
  }
}
