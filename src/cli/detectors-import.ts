import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DetectorFileError } from '../config/detector-file-error.ts';
import { describeNote } from '../config/gitleaks/carry-note.ts';
import { detectorYaml } from '../config/gitleaks/detector-yaml.ts';
import { GITLEAKS_PROVIDER, type GitleaksDetectors, readGitleaks } from '../config/gitleaks/read-gitleaks.ts';
import { EXIT } from './exit-codes.ts';
import { print } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/**
 * `unleak detectors import`: gitleaks' configuration in our form, and a report of what did not come along.
 * @returns 1 when nothing did
 */
export async function detectorsImport(
  file: string | undefined,
  { output }: { output?: string },
): Promise<number> {
  if (file === undefined) throw new UsageError('import: which file? unleak detectors import .gitleaks.toml');
  const read = await readFrom(file);
  if (read.problems.length > 0) throw new DetectorFileError(read.problems);
  const specs = read.specs.map(({ spec }) => spec);
  if (specs.length > 0) {
    const yaml = detectorYaml(GITLEAKS_PROVIDER, specs, head(file));
    if (output === undefined) await print(yaml);
    else await writeTo(output, yaml);
  }
  process.stderr.write(report(read));
  return specs.length > 0 ? EXIT.ok : EXIT.failed;
}

async function readFrom(file: string): Promise<GitleaksDetectors> {
  try {
    return await readGitleaks(resolve(file), file);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new UsageError(`import: the file cannot be read (${code})`);
  }
}

async function writeTo(output: string, yaml: string): Promise<void> {
  try {
    await writeFile(output, yaml);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new UsageError(`--output: the file cannot be written (${code})`);
  }
}

function head(file: string): string {
  return [
    ` Made of ${file.replace(/[^ -~]/g, '?')} by unleak detectors import.`,
    ' The examples were minted from the patterns: they show that the parts of a detector fit each other. Put lines of',
    ' your own in their place, and check with: unleak detectors test --detectors-file THIS-FILE',
  ].join('\n');
}

function report({ specs, notes, count }: GitleaksDetectors): string {
  const lines = notes.map((note) => `${describeNote(note)}\n`).join('');
  const rules = count === 1 ? '1 rule' : `${count} rules`;
  const left = count - specs.length;
  return `${lines}${specs.length} of ${rules} carried over${left === 0 ? '' : `, ${left} left out`}.\n`;
}
