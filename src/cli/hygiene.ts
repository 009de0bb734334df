const UNSAFE_FLAGS =
  /^--(inspect|heapsnapshot|heap-prof|report|abort-on-uncaught|cpu-prof|diagnostic-dir|trace-)/;

const FRAME = /^\s+at (?:.* \()?(?:file|node):[^\s)]*:\d+:\d+\)?$/;

/**
 * Closes the doors to the memory that holds the secrets: no inspector on USR1, no diagnostic report.
 * Core files are the system's matter: run with `ulimit -c 0`.
 */
export function closeDoors(): void {
  // Node opens its inspector on USR1 unless somebody listens.
  process.on('SIGUSR1', () => {});
  const { report } = process;
  report.reportOnFatalError = false;
  report.reportOnSignal = false;
  report.reportOnUncaughtException = false;
  process.on('uncaughtException', dieQuietly);
  process.on('unhandledRejection', dieQuietly);
}

/** Node flags in force that write memory or input to disk, by name; a person should know. */
export function openDoors(): string[] {
  const words = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)];
  return [...new Set(words.filter((word) => UNSAFE_FLAGS.test(word)).map((word) => word.split('=')[0]!))];
}

/** The place of a fault, without its message, which may quote input. */
function dieQuietly(error: unknown): void {
  process.stderr.write(`unleak: ${internalFault(error)}\n`);
  process.exit(1);
}

/** Words for a fault of our own: class and place; the message is left out, it may quote input. */
export function internalFault(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  const kind = error instanceof Error ? error.constructor.name : typeof error;
  const name = typeof code === 'string' && /^[A-Z_]+$/.test(code) ? `${kind} ${code}` : kind;
  // The stack begins with the message; a line of it may look like a frame.
  const stack = error instanceof Error ? String(error.stack).replace(error.message, () => '') : '';
  const frames = stack.split('\n').filter((line) => FRAME.test(line));
  const place = frames
    .slice(0, 6)
    .map((line) => line.trim())
    .join('\n  ');
  return `E_INTERNAL ${name}: an internal fault; nothing raw was written. Please report it with these lines.\n  ${place}`;
}
