/** One mistake in a detector file. */
export interface DetectorProblem {
  readonly file: string;
  /** From 1; 0 when the file could not be read at all. */
  readonly line: number;
  readonly column: number;
  /** The detector's id, or null outside of any. */
  readonly id: string | null;
  readonly message: string;
}

/** Everything that is wrong with the detector files, each with its place. No detector was loaded. */
export class DetectorFileError extends Error {
  readonly code = 'E_DETECTOR_FILE';
  readonly exitCode = 2;
  readonly problems: readonly DetectorProblem[];

  constructor(problems: readonly DetectorProblem[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(
      [
        `E_DETECTOR_FILE ${count} in the detector files; nothing was read.`,
        ...problems.map((problem) => `  ${describeProblem(problem)}`),
      ].join('\n'),
    );
    this.name = 'DetectorFileError';
    this.problems = problems;
  }
}

/** The problem as a line: where, what, and what to do. */
export function describeProblem(problem: DetectorProblem): string {
  const place = problem.line === 0 ? problem.file : `${problem.file}:${problem.line}:${problem.column}`;
  return `${place}: ${problem.id === null ? '' : `${problem.id}: `}${problem.message}`;
}
