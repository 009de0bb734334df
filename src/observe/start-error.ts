/** Something asked for at start cannot be had: a port, a file. The message says where, why and what to do. */
export class StartError extends Error {
  readonly code: string;
  /** The same as for a wrong configuration: nothing was read yet. */
  readonly exitCode = 2;

  constructor(code: string, message: string) {
    super(`${code} ${message}`);
    this.name = 'StartError';
    this.code = code;
  }
}

/** The system's word for what went wrong (`EACCES`), never its message, which may quote paths of others. */
export function errnoOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'unknown error';
}
