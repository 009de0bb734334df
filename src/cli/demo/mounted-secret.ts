import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Writes a Secret the way the kubelet's atomic writer does: a fresh `..<time>` directory is filled first,
 * then `..data` is swapped to it by rename, files are links through `..data`.
 */
export function writeMountedSecret(directory: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(directory, { recursive: true });
  const old = readdirSync(directory).filter((name) => /^\.\.\d/.test(name));
  const fresh = `..${new Date().toISOString().replace(/[-T:]/g, '_')}`;
  mkdirSync(join(directory, fresh), { mode: 0o755 });
  for (const [name, value] of Object.entries(files)) {
    writeFileSync(join(directory, fresh, name), value, { mode: 0o644 });
  }
  symlinkSync(fresh, join(directory, '..data_tmp'));
  renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
  for (const name of Object.keys(files)) {
    if (old.length === 0) symlinkSync(join('..data', name), join(directory, name));
  }
  for (const name of old) rmSync(join(directory, name), { recursive: true });
}
