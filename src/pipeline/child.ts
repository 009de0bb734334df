import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { openDescriptor } from '../sources/descriptor.ts';
import { ReadableSource } from '../sources/readable-source.ts';
import type { Source } from '../sources/source.ts';
import { exitCodeOf } from './exit-code.ts';
import type { PipePair } from './pipe-pairs.ts';

/** The wrapped command, running. */
export class Child {
  readonly stdout: Source;
  readonly stderr: Source;
  /** The exit code, or 128 + signal; settles when the process ends, its pipes may go on. */
  readonly ended: Promise<number>;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, stdout: Source, stderr: Source) {
    this.#process = process;
    this.stdout = stdout;
    this.stderr = stderr;
    this.ended = new Promise((done) => {
      process.once('exit', (code, signal) => done(signal === null ? code! : exitCodeOf(signal)));
    });
  }

  /**
   * Starts the command with the own stdin, environment, directory and process group.
   * @param pipes for stdout and stderr; null: Node's sockets
   * @returns the child, or the system's word for why not (ENOENT, EACCES ...)
   */
  static start(argv: readonly string[], pipes: readonly PipePair[] | null): Promise<Child | string> {
    const [out, err] = pipes ?? [];
    const ends = { stdout: out?.writeFd ?? 'pipe', stderr: err?.writeFd ?? 'pipe' } as const;
    const child = spawn(argv[0]!, argv.slice(1), { stdio: ['inherit', ends.stdout, ends.stderr] });
    // Only the child holds the write ends now: its end is the end of the pipe.
    for (const { writeFd } of pipes ?? []) closeSync(writeFd);
    return new Promise((done) => {
      child.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? 'unknown'));
      child.once('spawn', () => {
        const stdout = out
          ? openDescriptor(out.readFd, 'stdout')
          : new ReadableSource(child.stdout!, 'stdout');
        const stderr = err
          ? openDescriptor(err.readFd, 'stderr')
          : new ReadableSource(child.stderr!, 'stderr');
        done(new Child(child, stdout, stderr));
      });
    });
  }

  /** Passes a signal on; nothing happens when the child has ended. */
  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }
}
