import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { bringsNew } from './brings-new.ts';
import { eachAtOnce } from './concurrent.ts';
import type { WatchDirectory, Where } from './dir-watch.ts';
import { absentMark, DirWatch, fileMark } from './dir-watch.ts';
import { errnoAdvice, errnoOf, errnoWords } from './errno.ts';
import type { Load, LoadedValue, Problem, Provider, Watch } from './provider.ts';
import { safeName } from './provider.ts';
import { MAX_VALUE_BYTES, readValue } from './read-value.ts';
import type { FoundFile } from './volume-walk.ts';
import { VolumeWalk } from './volume-walk.ts';

/** Where Secrets are usually mounted; looked at when the user names no directory. Missing ones are fine. */
export const DEFAULT_SECRET_DIRS: readonly string[] = [
  '/var/run/secrets',
  '/run/secrets',
  '/etc/secrets',
  '/secrets',
];

/** A swap takes the writer under a millisecond; five in a row while we read once means something else is wrong. */
const WALKS = 5;
const READS_AT_ONCE = 16;
/** Files read between two turns of the event loop where nothing waits: less than half a millisecond. */
const READS_A_TURN = 32;
/** Files found unchanged between two turns of the event loop. */
const KEPT_A_TURN = 128;
/** All values of one directory tree together. */
const MAX_TOTAL_BYTES = 64 * 1024 * 1024;
const MAX_PROBLEMS = 20;

export interface MountedDirOptions {
  /** A missing directory is an error, and what was known from it stays active. */
  readonly required: boolean;
  /** Milliseconds between looks at what no event may have told. */
  readonly pollMs?: number;
  /** Stands in for `fs.watch` where its limits are tested. */
  readonly openWatch?: WatchDirectory;
}

/** A directory of mounted Secrets: one file, one value. The kubelet's atomic-writer volumes, plain and nested ones. */
export class MountedDir implements Provider {
  readonly name: string;
  readonly #root: string;
  readonly #options: MountedDirOptions;
  #watch: DirWatch | null = null;
  /** Directories whose every value was in the last load, and what they looked like; none when it was not complete. */
  #known: ReadonlyMap<string, string> = new Map();
  #kept: Kept = new Map();
  /** Directories that an event was about since the last load began; null when it may have been about any. */
  #touched: Set<string> | null = null;

  constructor(path: string, options: MountedDirOptions) {
    this.#root = resolve(path);
    this.#options = options;
    this.name = `dir ${safeName(this.#root)}`;
  }

  watch(changed: (fresh: boolean) => void): Watch {
    const { pollMs = 2000, openWatch } = this.#options;
    const told = (where: Where | null): void => {
      this.#touch(where);
      changed(where === null || bringsNew(where, this.#known));
    };
    this.#watch = new DirWatch(told, openWatch ? { pollMs, open: openWatch } : { pollMs });
    return this.#watch;
  }

  async load(omit = false): Promise<Load> {
    const reading = new Reading(this.name, this.#root, omit ? this.#unchanged() : new Map());
    this.#kept = new Map();
    this.#touched = new Set();
    this.#watch?.begin();
    let walk: VolumeWalk;
    let listed: boolean;
    let attempt = 0;
    do {
      reading.again();
      walk = new VolumeWalk(this.name, (dir, mark) => this.#watch?.see(dir, mark));
      listed = await walk.run(this.#root);
      await reading.read(walk.files);
    } while (listed && (walk.swappedAway || reading.swappedAway) && ++attempt < WALKS);
    const dirs = new Map(walk.marks);
    if (!listed) dirs.set(this.#root, absentMark(walk.rootError));
    this.#watch?.settle({ dirs, files: reading.marks });
    const problems = [...walk.problems, ...reading.problems, ...this.#watchProblems()];
    let complete = walk.complete && reading.complete;
    if (!listed) complete = this.#rootFailed(walk.rootError, problems) && complete;
    else if (attempt === WALKS) {
      complete = false;
      problems.push(
        this.#problem(
          'E_SECRET_DIR_UNSTABLE',
          'error',
          `changed under each of ${WALKS} readings; values known before stay active, and it is read again. If this lasts, look for a ..data link to nothing`,
        ),
      );
    } else if (walk.files.length === 0 && problems.length === 0) {
      problems.push(
        this.#problem(
          'E_SECRET_DIR_EMPTY',
          this.#options.required ? 'warning' : 'info',
          'holds no file; values are taken as soon as they appear',
        ),
      );
    }
    const watch = this.#watch;
    this.#known = new Map(complete ? [...dirs].filter(([dir]) => watch?.watches(dir)) : []);
    if (complete) this.#kept = reading.kept;
    // Where nothing is watched, nothing would tell that a value must be read again.
    for (const [dir, mark] of dirs) if (!this.#known.has(dir)) this.#kept.delete(mark);
    return { values: reading.values, problems, complete };
  }

  #touch(where: Where | null): void {
    if (where === null) this.#touched = null;
    else this.#touched?.add(where.dir);
  }

  /** What was kept of directories that no event was about since. */
  #unchanged(): Kept {
    if (this.#touched === null) return new Map();
    const kept = new Map(this.#kept);
    for (const dir of this.#touched) {
      const mark = this.#known.get(dir);
      if (mark !== undefined) kept.delete(mark);
      // Nothing of one that is gone is come upon again; one in doubt may be any.
      else if (existsSync(dir)) return new Map();
    }
    return kept;
  }

  /** @returns whether the directory counts as read in full. */
  #rootFailed(error: unknown, problems: Problem[]): boolean {
    const code = errnoOf(error);
    if (code === 'ENOENT' && !this.#options.required) return true;
    if (code === 'ENOTDIR') {
      problems.push(
        this.#problem(
          'E_SECRET_DIR_IS_FILE',
          'error',
          'is not a directory; it was not read. Name a single file with --secret-file',
        ),
      );
    } else {
      const todo =
        code === 'ENOENT' ? 'Mount the Secret there, or leave the directory out' : errnoAdvice(error);
      const name = code === 'ENOENT' ? 'E_SECRET_DIR_MISSING' : 'E_SECRET_DIR_UNREADABLE';
      problems.push(
        this.#problem(
          name,
          'error',
          `cannot be listed: ${errnoWords(error)}; values in it are not known and not redacted. ${todo}`,
        ),
      );
    }
    return false;
  }

  #watchProblems(): Problem[] {
    const why = this.#watch?.pollingOnly;
    if (why === undefined || why === null) return [];
    // Said once a reading: the next one tries to watch again.
    this.#watch!.pollingOnly = null;
    const pollMs = this.#options.pollMs ?? 2000;
    const what = `cannot be watched in full (${why}); changes are found by looking every ${pollMs} ms instead. Raise fs.inotify.max_user_watches, or name fewer directories`;
    return [this.#problem('E_WATCH_LIMIT', 'warning', what)];
  }

  #problem(code: string, level: Problem['level'], what: string): Problem {
    return { code, level, provider: this.name, message: `${safeName(this.#root)} ${what}.` };
  }
}

/** What a file's value was given under, its size, and the file's mark. */
interface KeptValue {
  readonly origin: LoadedValue['origin'];
  readonly size: number;
  readonly mark: string;
}

/** What need not be read again: by the mark of its directory, then by its path below the root. */
type Kept = Map<string, Map<string, KeptValue>>;

/** One load's values: several walks when a swap came between. */
class Reading {
  values: LoadedValue[] = [];
  problems: Problem[] = [];
  complete = true;
  swappedAway = false;
  readonly marks = new Map<string, string>();
  readonly kept: Kept = new Map();
  #totalBytes = 0;
  readonly #provider: string;
  readonly #root: string;
  readonly #before: Kept;

  /** @param before what need not be read again */
  constructor(provider: string, root: string, before: Kept) {
    this.#provider = provider;
    this.#root = root;
    this.#before = before;
  }

  /** What was read so far was swapped away since; it was visible, so it is kept as `gone`. */
  again(): void {
    this.values = this.values.map((value) => ({ ...value, seen: 'gone' }));
    this.problems = [];
    this.complete = true;
    this.swappedAway = false;
    this.marks.clear();
    this.kept.clear();
  }

  async read(files: readonly FoundFile[]): Promise<void> {
    const slots: (LoadedValue | undefined)[] = new Array(files.length);
    const unread: number[] = [];
    for (let at = 0; at < files.length; at++) {
      if (at % KEPT_A_TURN === KEPT_A_TURN - 1) await nextTurn();
      slots[at] = this.#unchanged(files[at]!);
      if (slots[at] === undefined) unread.push(at);
    }
    for (let from = 0; from < unread.length; from += READS_A_TURN) {
      if (from > 0) await nextTurn();
      await eachAtOnce(unread.slice(from, from + READS_A_TURN), READS_AT_ONCE, async (at) => {
        slots[at] = await this.#readOne(files[at]!);
      });
    }
    // The order of the files, not of the reads: the first name of a value wins.
    for (const value of slots) if (value !== undefined) this.values.push(value);
  }

  #unchanged(file: FoundFile): LoadedValue | undefined {
    const value = this.#before.get(file.dirMark)?.get(file.relative);
    if (value === undefined) return undefined;
    this.#keep(file, value);
    return { origin: value.origin, bytes: null, seen: file.seen };
  }

  #keep(file: FoundFile, value: KeptValue): void {
    this.#totalBytes += value.size;
    if (!file.swapped) this.marks.set(file.path, value.mark);
    if (file.linked) return;
    const { dirMark } = file;
    const values = this.kept.get(dirMark) ?? new Map<string, KeptValue>();
    this.kept.set(dirMark, values.set(file.relative, value));
  }

  async #readOne(file: FoundFile): Promise<LoadedValue | undefined> {
    if (this.#totalBytes > MAX_TOTAL_BYTES) {
      this.complete = false;
      this.#say(
        'E_SECRET_DIR_FULL',
        'error',
        file.path,
        `was not read: the values before it are more than ${MAX_TOTAL_BYTES / 1024 / 1024} MiB; it is not redacted. Name the directories that hold secrets, not one above them`,
      );
      return undefined;
    }
    try {
      const { bytes, truncated, mark } = await readValue(file.path, file.calls);
      const origin = this.#origin(file.relative);
      this.#keep(file, { origin, size: bytes.length, mark });
      if (truncated) {
        // To be said again by the next load.
        this.kept.get(file.dirMark)?.delete(file.relative);
        this.#say(
          'E_SECRET_TOO_LONG',
          'warning',
          file.path,
          `is longer than ${MAX_VALUE_BYTES} bytes; its first MiB is redacted, the rest is not known. Store smaller values, or leave the file out`,
        );
      }
      return { origin, bytes, seen: file.seen };
    } catch (error) {
      await this.#failed(file, error);
      return undefined;
    }
  }

  async #failed(file: FoundFile, error: unknown): Promise<void> {
    const gone = errnoOf(error) === 'ENOENT';
    if (gone && file.seen === 'current' && file.swapped) this.swappedAway = true;
    if (gone) return;
    this.complete = false;
    this.marks.set(file.path, await fileMark(file.path).catch(absentMark));
    this.#say(
      'E_SECRET_UNREADABLE',
      'error',
      file.path,
      `cannot be read: ${errnoWords(error)}; its value is not known and not redacted. ${errnoAdvice(error)}`,
    );
  }

  #origin(relative: string): LoadedValue['origin'] {
    const name = relative.includes('/') ? relative : `${basename(this.#root)}/${relative}`;
    return { name: safeName(name), key: safeName(basename(relative)), part: '' };
  }

  #say(code: string, level: Problem['level'], path: string, what: string): void {
    if (this.problems.length < MAX_PROBLEMS) {
      this.problems.push({ code, level, provider: this.#provider, message: `${safeName(path)} ${what}.` });
    }
  }
}
