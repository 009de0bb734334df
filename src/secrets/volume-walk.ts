import type { Dirent } from 'node:fs';
import { readdir, readlink, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { errnoAdvice, errnoOf, errnoWords } from './errno.ts';
import { callsFor, type FileCalls, POOLED } from './file-calls.ts';
import type { LoadedValue, Problem } from './provider.ts';
import { safeName } from './provider.ts';
import { markOf } from './read-value.ts';

/** Directories inside directories that are followed; deeper ones are reported. */
const MAX_DEPTH = 8;
/** Files taken from one directory tree; more are reported and not read. */
const MAX_FILES = 50_000;
/** The kubelet's (and the CSI driver's) directory of one generation, `..2006_01_02_15_04_05.NNN`. */
const STAMPED = /^\.\.\d/;
const MAX_PROBLEMS_OF_A_KIND = 20;
/** Entries looked at between two turns of the event loop: about a millisecond, where each is a system call. */
const ENTRIES_A_TURN = 64;

export interface FoundFile {
  readonly path: string;
  /** Path below the root as the workload sees it: no `..data` in it. */
  readonly relative: string;
  readonly seen: LoadedValue['seen'];
  /** It lies in the directory that `..data` names, where nothing changes but by a swap. */
  readonly swapped: boolean;
  /** It lies elsewhere: no event of its directory tells of a change. */
  readonly linked: boolean;
  /** What `dirMark` says of its directory. */
  readonly dirMark: string;
  /** To read it with. */
  readonly calls: FileCalls;
}

type Mode = 'plain' | 'current' | 'coming';

/**
 * Lists the value files of a directory tree, the kubelet's atomic-writer volumes in it included (there the
 * files of `..data` are taken, and those of a directory written but not swapped in yet). Names beginning
 * with `..` are the writer's own. Nothing is read but directories.
 */
export class VolumeWalk {
  readonly files: FoundFile[] = [];
  readonly problems: Problem[] = [];
  /** Directory to what `markOf` says of it, plus where its `..data` points: differs after every change. */
  readonly marks = new Map<string, string>();
  complete = true;
  /** A directory was swapped away under us: walk again. */
  swappedAway = false;
  readonly #provider: string;
  readonly #visiting: (dir: string, mark: string) => void;
  readonly #visited = new Set<string>();
  readonly #counts = new Map<string, number>();

  /** @param visiting called with each directory to be watched, before it is read. */
  constructor(provider: string, visiting: (dir: string, mark: string) => void) {
    this.#provider = provider;
    this.#visiting = visiting;
  }

  /** @returns false when the root itself could not be listed; `rootError` then tells why. */
  async run(root: string): Promise<boolean> {
    try {
      await this.#visit({ path: root, relative: '', depth: 0, mode: 'plain', above: [] });
      return true;
    } catch (error) {
      this.rootError = error;
      return false;
    }
  }
  rootError: unknown = null;

  async #visit(dir: Place): Promise<void> {
    const real = await realpath(dir.path);
    if (dir.above.includes(real)) {
      this.#say(
        'E_SECRET_DIR_LOOP',
        'warning',
        dir.path,
        'leads back to a directory above it; it was not followed. Remove the link',
      );
      return;
    }
    if (this.#visited.has(real)) return;
    this.#visited.add(real);
    const mark = await dirMark(dir.path);
    if (dir.mode !== 'current') {
      this.marks.set(dir.path, mark);
      this.#visiting(dir.path, mark);
    }
    const entries = await readdir(dir.path, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    const inside: Listed = { ...dir, above: [...dir.above, real], mark, calls: await callsFor(real) };
    if (dir.mode === 'plain') await this.#generations(inside, entries);
    for (let at = 0; at < entries.length; at++) {
      if (at % ENTRIES_A_TURN === ENTRIES_A_TURN - 1) await nextTurn();
      const entry = entries[at]!;
      if (entry.name.startsWith('..')) continue;
      // Nearly all are files, or links to what was listed as files: awaiting each would leave 20 MB for the collector.
      if (entry.isFile()) this.#file(inside, entry);
      else {
        const listed = leadsToData(inside, entry);
        if (listed === false || (listed !== true && !(await listed))) await this.#entry(inside, entry);
      }
    }
  }

  /** The directory `..data` names, and the stamped ones beside it. */
  async #generations(dir: Listed, entries: readonly Dirent[]): Promise<void> {
    let current = '';
    if (entries.some((entry) => entry.name === '..data')) {
      try {
        current = await realpath(join(dir.path, '..data'));
        await this.#visit({ ...dir, path: current, mode: 'current' });
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') this.swappedAway = true;
        else this.#unreadable(join(dir.path, '..data'), error);
      }
    }
    for (const entry of entries) {
      if (!entry.isDirectory() || !STAMPED.test(entry.name)) continue;
      try {
        await this.#visit({ ...dir, path: join(dir.path, entry.name), mode: 'coming' });
      } catch (error) {
        // The writer removes an old generation right after the swap.
        if (errnoOf(error) !== 'ENOENT') this.#unreadable(join(dir.path, entry.name), error);
      }
    }
  }

  async #entry(dir: Listed, entry: Dirent): Promise<void> {
    const path = pathOf(dir, entry);
    const relative = relativeOf(dir, entry);
    try {
      let target: Pick<Dirent, 'isFile' | 'isDirectory'> = entry;
      if (entry.isSymbolicLink()) target = await stat(path);
      if (target.isFile()) this.#file(dir, entry);
      else if (!target.isDirectory())
        this.#say(
          'E_SECRET_NOT_A_FILE',
          'warning',
          path,
          'is neither a file nor a directory; it was not read',
        );
      else if (dir.depth < MAX_DEPTH) await this.#visit({ ...dir, path, relative, depth: dir.depth + 1 });
      else {
        this.complete = false;
        this.#say(
          'E_SECRET_DIR_DEEP',
          'error',
          path,
          `is more than ${MAX_DEPTH} directories deep; its values are not known and not redacted. Name it as a secrets directory of its own`,
        );
      }
    } catch (error) {
      this.#entryFailed(path, dir.mode, entry, error);
    }
  }

  #entryFailed(path: string, mode: Mode, entry: Dirent, error: unknown): void {
    const code = errnoOf(error);
    if (code === 'ELOOP') {
      this.#say(
        'E_SECRET_DIR_LOOP',
        'warning',
        path,
        'is a link that leads in a circle; it was not followed. Remove it',
      );
    } else if (code !== 'ENOENT') {
      this.#unreadable(path, error);
    } else if (mode !== 'plain') {
      this.swappedAway = true;
    } else if (entry.isSymbolicLink()) {
      this.#say(
        'E_SECRET_LINK_DANGLING',
        'warning',
        path,
        'is a link to nothing; it was skipped. Remove it, or mount its target',
      );
    }
  }

  #file(dir: Listed, entry: Dirent): void {
    const { mode, mark, calls } = dir;
    const linked = !entry.isFile();
    if (this.files.length < MAX_FILES) {
      this.files.push({
        path: pathOf(dir, entry),
        relative: relativeOf(dir, entry),
        seen: mode === 'coming' ? 'coming' : 'current',
        swapped: mode === 'current',
        linked,
        dirMark: mark,
        calls: linked ? POOLED : calls,
      });
      return;
    }
    this.complete = false;
    if (this.#counts.has('files')) return;
    this.#counts.set('files', 1);
    this.#say(
      'E_SECRET_DIR_FULL',
      'error',
      pathOf(dir, entry),
      `and what follows are more than ${MAX_FILES} files; they were not read and are not redacted. Name the directories that hold secrets, not one above them`,
    );
  }

  #unreadable(path: string, error: unknown): void {
    this.complete = false;
    this.#say(
      'E_SECRET_DIR_UNREADABLE',
      'error',
      path,
      `cannot be listed: ${errnoWords(error)}; values in it are not known and not redacted. ${errnoAdvice(error)}`,
    );
  }

  #say(code: string, level: Problem['level'], path: string, what: string): void {
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    if (count > MAX_PROBLEMS_OF_A_KIND) return;
    this.problems.push({ code, level, provider: this.#provider, message: `${safeName(path)} ${what}.` });
  }
}

interface Place {
  readonly path: string;
  readonly relative: string;
  readonly depth: number;
  readonly mode: Mode;
  /** Real paths of the directories above, for loops. */
  readonly above: readonly string[];
}

/** A directory whose entries are at hand, itself among those above them. */
interface Listed extends Place {
  /** What `dirMark` says of it. */
  readonly mark: string;
  /** For its entries. */
  readonly calls: FileCalls;
}

/** Not `join`: for 10,000 entries it takes 10 ms. */
function pathOf(dir: Place, { name }: Dirent): string {
  return `${dir.path === '/' ? '' : dir.path}/${name}`;
}

function relativeOf(dir: Place, { name }: Dirent): string {
  return dir.relative === '' ? name : `${dir.relative}/${name}`;
}

/** What a link's target begins with in a volume: the files of `..data` are listed there. */
function isInData(target: string): boolean {
  return target.startsWith('..data/');
}

/** The same of an entry, at once where its file system is asked at once; false where it cannot be read. */
function leadsToData(dir: Listed, entry: Dirent): boolean | Promise<boolean> {
  if (dir.mode !== 'plain' || !entry.isSymbolicLink()) return false;
  try {
    const target = dir.calls.readlink(pathOf(dir, entry));
    return typeof target === 'string' ? isInData(target) : target.then(isInData, () => false);
  } catch {
    return false;
  }
}

/** What changes when a directory, or the generation its `..data` names, changes; `absent` when there is none. */
export async function dirMark(dir: string): Promise<string> {
  const mark = markOf(await stat(dir, { bigint: true }));
  try {
    return `${mark}>${await readlink(join(dir, '..data'))}`;
  } catch {
    // Not a volume: its own times tell all.
    return mark;
  }
}
