/** Everything that is wrong with the configuration, one line each, all at once. No line repeats a value. */
export class ConfigError extends Error {
  readonly code = 'E_CONFIG';
  readonly exitCode = 2;
  readonly problems: readonly string[];

  /** @param problems `where: what, and what to do` */
  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super(`E_CONFIG ${count} with the configuration; nothing was read.\n${problems.join('\n')}`);
    this.name = 'ConfigError';
    this.problems = problems;
  }
}
