import { createRequire } from 'node:module';
import type { Plan } from '../config/plan.ts';

const require = createRequire(import.meta.url);

export type Level = 'debug' | 'info' | 'warn' | 'error';
const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** Lines of one code within WINDOW_MS; more are counted and told with the next one. */
const LINES_PER_WINDOW = 10;
const WINDOW_MS = 10_000;

/** unleak's own words, on stderr. Fields are names and numbers, never bytes of the stream. */
export interface Log {
  write(
    level: Level,
    code: string,
    message: string,
    fields?: Readonly<Record<string, string | number>>,
  ): void;
}

type Line = Parameters<Log['write']>;

/** JSON lines in a pipe or file, plain words on a terminal; below `level` nothing. */
export function createLog(level: Plan['logLevel']): Log {
  let write: ((...line: Line) => void) | null = null;
  const least = LEVELS.indexOf(level);
  const limit = new RateLimit();
  return {
    write(at, code, message, fields = {}) {
      if (LEVELS.indexOf(at) < least) return;
      const left = limit.take(code, Date.now());
      if (left === null) return;
      // pino is loaded with the first line: a quiet run does not pay for it (about 30 ms).
      write ??= process.stderr.isTTY ? writePlain : jsonWriter();
      write(at, code, message, left === 0 ? fields : { ...fields, leftOut: left });
    },
  };
}

function jsonWriter(): (...line: Line) => void {
  const { pino } = require('pino') as typeof import('pino');
  // Synchronous: a line written before a crash is a line that is there.
  const destination = pino.destination({ fd: 2, sync: true });
  // A closed stderr is no reason to stop the stream.
  destination.on('error', () => {});
  const logger = pino(
    {
      name: 'unleak',
      base: {},
      level: 'debug',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  return (level, code, message, fields) => logger[level]({ code, ...fields }, message);
}

function writePlain(...[level, code, message, fields]: Line): void {
  const more = Object.entries(fields ?? {}).map(([key, value]) => ` ${key}=${value}`);
  process.stderr.write(`unleak: ${level}: ${message} (${code})${more.join('')}\n`);
}

/** Keeps a fault that repeats for every record from flooding the log it guards. */
class RateLimit {
  readonly #windows = new Map<string, { since: number; lines: number; left: number }>();

  /** How many lines were left out before this one; null: leave this one out. */
  take(code: string, now: number): number | null {
    let window = this.#windows.get(code);
    if (window === undefined) {
      window = { since: now, lines: 0, left: 0 };
      // Codes are constants of the program and error classes; the bound is for a mistake.
      if (this.#windows.size < 1000) this.#windows.set(code, window);
    }
    if (now - window.since >= WINDOW_MS) [window.since, window.lines] = [now, 0];
    if (++window.lines > LINES_PER_WINDOW) {
      window.left++;
      return null;
    }
    const { left } = window;
    window.left = 0;
    return left;
  }
}
