import type { Plan } from '../config/plan.ts';
import { Env } from '../secrets/env.ts';
import { ValueFile } from '../secrets/file.ts';
import { MountedDir } from '../secrets/mounted-dir.ts';
import { SecretStore } from '../secrets/store.ts';

/** The store of a plan's secrets; nothing is read yet. @param watch follow changes after the first load */
export function openStore({ secrets }: Plan, watch = true): SecretStore {
  const { dirs, files, envGlobs, minBytes, graceMs } = secrets;
  return new SecretStore({
    providers: [
      ...dirs.map(({ path, required }) => new MountedDir(path, { required })),
      ...files.map((path) => new ValueFile(path)),
      new Env(envGlobs),
    ],
    minBytes,
    graceMs,
    now: () => performance.now(),
    watch,
  });
}
