import type { FSWatcher } from 'node:fs';
import { watch as fsWatch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { eachAtOnce } from './concurrent.ts';
import { errnoOf } from './errno.ts';
import { markOf } from './read-value.ts';
import { dirMark } from './volume-walk.ts';

/** Directories watched by one provider; those beyond are polled only (inotify watches are few and shared). */
const MAX_WATCHES = 1024;
const STATS_AT_ONCE = 8;
/** A poll may take at most this share of the time: with very many files the interval grows. */
const POLL_SHARE = 20;

export type WatchDirectory = (
  dir: string,
  listener: (event: string, name: string | null) => void,
) => FSWatcher;

const watchDirectory: WatchDirectory = (dir, listener) => fsWatch(dir, { persistent: false }, listener);

/** An entry of a directory that an event was about; the directory may be one above those watched. */
export interface Where {
  readonly dir: string;
  readonly name: string;
}

/** What was seen of files and directories when they were read; `absent` for what was not there. */
export interface Marks {
  readonly dirs: ReadonlyMap<string, string>;
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Watches directories, never files: a watch on a file dies with its first replacement. Every `pollMs` what
 * was seen is compared with what is there, because events get lost: a directory removed and made anew,
 * network and FUSE mounts, no inotify watches left.
 */
export class DirWatch {
  /** Why some directory is polled only: a system error code, or null. */
  pollingOnly: string | null = null;
  readonly #changed: (where: Where | null) => void;
  readonly #open: WatchDirectory;
  readonly #matters: (name: string | null) => boolean;
  readonly #watchers = new Map<string, { identity: string; watcher: FSWatcher; dead: boolean }>();
  #marks: Marks = { dirs: new Map(), files: new Map() };
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  /** An event was told since the last reading began. */
  #told = false;
  #reading = false;
  readonly #pollMs: number;

  /**
   * @param changed told where, or null where no event told
   * @param options.matters whether an event about a name (null: unknown) is worth a reload
   */
  constructor(
    changed: (where: Where | null) => void,
    options: { pollMs: number; matters?: (name: string | null) => boolean; open?: WatchDirectory },
  ) {
    this.#changed = changed;
    this.#pollMs = options.pollMs;
    this.#matters = options.matters ?? (() => true);
    this.#open = options.open ?? watchDirectory;
    this.#schedule(this.#pollMs);
  }

  /** A reading begins, of all that was told; `settle` ends it. */
  begin(): void {
    this.#told = false;
    this.#reading = true;
  }

  /** Watches `dir` from now on; call it before reading the directory. `mark` begins with device and inode. */
  see(dir: string, mark: string): void {
    if (this.#closed) return;
    const identity = mark.split(':', 2).join(':');
    const known = this.#watchers.get(dir);
    if (known !== undefined && known.identity === identity && !known.dead) return;
    if (known === undefined && this.#watchers.size >= MAX_WATCHES) {
      this.pollingOnly ??= 'EMAXWATCHES';
      return;
    }
    try {
      const watcher = this.#open(dir, (_event, name) => this.#event(dir, name));
      const entry = { identity, watcher, dead: false };
      watcher.on('error', (error) => {
        entry.dead = true;
        this.pollingOnly ??= errnoOf(error);
        this.#changed(null);
      });
      this.#watchers.set(dir, entry);
    } catch (error) {
      // Gone again already: the poll or its parent's watch tells. Anything else is worth saying.
      if (errnoOf(error) !== 'ENOENT') this.pollingOnly ??= errnoOf(error);
      this.#watchers.delete(dir);
    }
    // Closed after the new one is open: both are the same inotify watch if the inode is the same.
    known?.watcher.close();
  }

  /** True when whatever happens in the directory makes an event. */
  watches(dir: string): boolean {
    return this.#watchers.get(dir)?.dead === false;
  }

  /** What the last reading saw, for the poll to compare; watches of directories not in `keep` end. */
  settle(marks: Marks, keep: { has(dir: string): boolean } = marks.dirs): void {
    this.#marks = marks;
    this.#reading = false;
    for (const [dir, { watcher }] of this.#watchers) {
      if (keep.has(dir)) continue;
      watcher.close();
      this.#watchers.delete(dir);
    }
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const { watcher } of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #event(dir: string, name: string | null): void {
    // A removed or moved directory reports its own name, once; the watch is dead then. So may a file of that name.
    const itself = name === basename(dir);
    const entry = this.#watchers.get(dir);
    if (entry !== undefined && itself) entry.dead = true;
    if (this.#closed || !(entry?.dead || this.#matters(name))) return;
    this.#told = true;
    this.#changed(name === null ? null : { dir, name });
    if (itself) this.#changed({ dir: dirname(dir), name });
  }

  #schedule(delayMs: number): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => void this.#poll(), delayMs);
    this.#timer.unref();
  }

  async #poll(): Promise<void> {
    const started = performance.now();
    const marks = this.#marks;
    // What an event told, or is being read, would look like a change that no event told.
    const stale = (): boolean => this.#told || this.#reading || marks !== this.#marks || this.#closed;
    if (!stale() && (await differs(marks)) && !stale()) this.#changed(null);
    this.#schedule(Math.max(this.#pollMs, (performance.now() - started) * POLL_SHARE));
  }
}

async function differs(marks: Marks): Promise<boolean> {
  let different = false;
  const compare = async (mark: string, now: () => Promise<string>): Promise<void> => {
    if (different) return;
    try {
      if ((await now()) !== mark) different = true;
    } catch (error) {
      if (mark !== absentMark(error)) different = true;
    }
  };
  await eachAtOnce([...marks.dirs], STATS_AT_ONCE, ([dir, mark]) => compare(mark, () => dirMark(dir)));
  await eachAtOnce([...marks.files], STATS_AT_ONCE, ([file, mark]) => compare(mark, () => fileMark(file)));
  return different;
}

/** See `markOf`. Rejects where the file cannot be looked at; `absentMark` says what to note then. */
export async function fileMark(path: string): Promise<string> {
  return markOf(await stat(path, { bigint: true }));
}

export function absentMark(error: unknown): string {
  return `absent ${errnoOf(error)}`;
}
