/** What may be told of an error that is not ours: its code or its class. Its message may quote input. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.constructor.name;
}
