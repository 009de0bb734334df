import { mkdir, mkdtemp, readdir, readlink, rename, rm, symlink, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

export interface WriteOptions {
  /** Runs when the new generation is filled and nothing points to it yet. */
  readonly beforeSwap?: () => Promise<void> | void;
  /** Runs when `..data` points to the new generation and the old one still exists. */
  readonly afterSwap?: () => Promise<void> | void;
}

/**
 * A Secret volume written as the kubelet does (kubernetes pkg/volume/util/atomic_writer.go): a stamped
 * directory is filled, user links are made, `..data_tmp` is renamed over `..data`, stale links and the old
 * directory are removed. Keys may hold `/`; the first segment is the user's link then.
 */
export class AtomicVolume {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  async write(
    files: Readonly<Record<string, Uint8Array | string>>,
    options: WriteOptions = {},
  ): Promise<void> {
    await mkdir(this.dir, { recursive: true });
    const old = await readlink(join(this.dir, '..data')).catch(() => null);
    const stamped = await mkdtemp(join(this.dir, stamp(new Date())));
    for (const [key, bytes] of Object.entries(files)) {
      await mkdir(dirname(join(stamped, key)), { recursive: true });
      await writeFile(join(stamped, key), bytes);
    }
    await options.beforeSwap?.();
    const wanted = new Set(Object.keys(files).map((key) => key.split('/', 1)[0]!));
    const present = (await readdir(this.dir)).filter((name) => !name.startsWith('..'));
    // The first time the kubelet swaps before it links; after that the other way round. Both end alike.
    for (const name of wanted) {
      if (!present.includes(name)) await symlink(`..data/${name}`, join(this.dir, name));
    }
    await symlink(basename(stamped), join(this.dir, '..data_tmp'));
    await rename(join(this.dir, '..data_tmp'), join(this.dir, '..data'));
    await options.afterSwap?.();
    for (const name of present) if (!wanted.has(name)) await unlink(join(this.dir, name));
    if (old !== null) await rm(join(this.dir, old), { recursive: true, force: true });
  }
}

/** `..2006_01_02_15_04_05.`, to which `mkdtemp` adds its random end. */
function stamp(at: Date): string {
  const [date, time] = at.toISOString().split('T') as [string, string];
  return `..${date.replaceAll('-', '_')}_${time.slice(0, 8).replaceAll(':', '_')}.`;
}
