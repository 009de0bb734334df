import { basename, dirname, resolve } from 'node:path';
import { absentMark, DirWatch, fileMark } from './dir-watch.ts';
import { errnoAdvice, errnoOf, errnoWords } from './errno.ts';
import type { Load, LoadedValue, Problem, Provider, Watch } from './provider.ts';
import { safeName } from './provider.ts';
import { MAX_VALUE_BYTES, readValue } from './read-value.ts';
import { dirMark } from './volume-walk.ts';

/** One file, one value. Its directory is watched: replacing by rename, and a kubelet's swap, are seen. */
export class ValueFile implements Provider {
  readonly name: string;
  readonly #path: string;
  readonly #pollMs: number;
  #watch: DirWatch | null = null;

  constructor(path: string, options: { readonly pollMs?: number } = {}) {
    this.#path = resolve(path);
    this.#pollMs = options.pollMs ?? 2000;
    this.name = `file ${safeName(this.#path)}`;
  }

  watch(changed: (fresh: boolean) => void): Watch {
    const own = basename(this.#path);
    const matters = (name: string | null): boolean => name === null || name === own || name.startsWith('..');
    this.#watch = new DirWatch(() => changed(true), { pollMs: this.#pollMs, matters });
    return this.#watch;
  }

  async load(): Promise<Load> {
    const dir = dirname(this.#path);
    this.#watch?.begin();
    // The directory is watched for events only; its own times tell nothing about this file.
    const seenDir = await dirMark(dir).catch(absentMark);
    if (!seenDir.startsWith('absent')) this.#watch?.see(dir, seenDir);
    const problems: Problem[] = [];
    const values: LoadedValue[] = [];
    let mark: string;
    try {
      const read = await readValue(this.#path);
      mark = read.mark;
      const key = safeName(basename(this.#path));
      values.push({ origin: { name: key, key, part: '' }, bytes: read.bytes, seen: 'current' });
      if (read.truncated) {
        problems.push(
          this.#problem(
            'E_SECRET_TOO_LONG',
            'warning',
            `is longer than ${MAX_VALUE_BYTES} bytes; its first MiB is redacted, the rest is not known. Store a smaller value`,
          ),
        );
      }
    } catch (error) {
      mark = await fileMark(this.#path).catch(absentMark);
      problems.push(this.#failed(error));
    }
    this.#watch?.settle({ dirs: new Map(), files: new Map([[this.#path, mark]]) }, new Set([dir]));
    return { values, problems, complete: values.length === 1 };
  }

  #failed(error: unknown): Problem {
    const code = errnoOf(error);
    const known = 'its value is not known and not redacted';
    if (code === 'ENOENT')
      return this.#problem(
        'E_SECRET_FILE_MISSING',
        'error',
        `does not exist; ${known}. Mount it, or leave it out`,
      );
    if (code === 'ENOTFILE' || code === 'EISDIR') {
      return this.#problem(
        'E_SECRET_NOT_A_FILE',
        'error',
        `is not a regular file; ${known}. Name a directory with --secrets-dir`,
      );
    }
    return this.#problem(
      'E_SECRET_UNREADABLE',
      'error',
      `cannot be read: ${errnoWords(error)}; ${known}. ${errnoAdvice(error)}`,
    );
  }

  #problem(code: string, level: Problem['level'], what: string): Problem {
    return { code, level, provider: this.name, message: `${safeName(this.#path)} ${what}.` };
  }
}
