import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A file of the project: its path from the root, with `/`, and its text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const BINARY = /\.(wasm|png|gz|zst|ico)$/;

/** Every tracked text file, read from the work tree. */
export function trackedFiles(): SourceFile[] {
  const listed = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 });
  const files: SourceFile[] = [];
  for (const path of listed.toString().split('\0')) {
    if (path === '' || BINARY.test(path)) continue;
    try {
      files.push({ path, text: readFileSync(`${ROOT}${path}`, 'utf8') });
    } catch (cause) {
      // A file that is tracked and deleted in the work tree has no text to judge.
      if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    }
  }
  return files;
}

/** One import or re-export: where it stands, what it names, and whether it is `import type`. */
export interface ImportLine {
  readonly path: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

const IMPORT = /^(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'/gm;

export function importsOf(file: SourceFile): ImportLine[] {
  return Array.from(file.text.matchAll(IMPORT), (match) => ({
    path: file.path,
    specifier: match[2] ?? match[3]!,
    typeOnly: match[1] !== undefined,
  }));
}
