import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { build, type Histogram } from 'hdr-histogram-js';
import type { LoadLines } from './load-lines.ts';
import type { Workshop } from './workshop.ts';

const LINES_A_SECOND = 50_000;
const LF = 10;
/** Lines sent in one go at most, after a pause of the sender. */
const MOST = 5000;
/** Room for the times of a run: ten minutes of it. */
const ROOM = 600 * LINES_A_SECOND;

/**
 * A command between two real pipes (FIFOs; Node would give it sockets), with a steady stream of lines
 * through it. A line's clock starts when the sender hands it over, whether or not the pipe takes it, and
 * stops when its line end comes back: a command that stalls makes every line wait that fell due meanwhile.
 */
export class Load {
  readonly child: ChildProcess;
  /** Microseconds from line to line end, since `clear`. */
  readonly histogram: Histogram = build({ numberOfSignificantValueDigits: 3 });
  /** Lines sent of which the last of every thousand leaked. */
  sent = 0;
  #came = 0;
  #lines: LoadLines;
  readonly #times = new Float64Array(ROOM);
  readonly #writer: Socket;
  readonly #ended: Promise<void>;
  #sending: Promise<void> | null = null;
  #stopped = false;

  constructor(workshop: Workshop, argv: readonly string[], lines: LoadLines) {
    this.#lines = lines;
    const [into, outOf] = [fifo(workshop.path('into')), fifo(workshop.path('out-of'))];
    this.child = spawn(argv[0]!, argv.slice(1), {
      stdio: [into.read, outOf.write, 'pipe'],
      env: { PATH: process.env.PATH ?? '' },
    });
    closeSync(into.read);
    closeSync(outOf.write);
    this.#writer = new Socket({ fd: into.write, readable: false, writable: true });
    const reader = new Socket({ fd: outOf.read, readable: true, writable: false });
    reader.on('data', (bytes: Buffer) => this.#take(bytes));
    this.#ended = new Promise((done, fail) => {
      reader.once('close', () => done());
      this.#writer.once('error', fail);
    });
  }

  /** Sends one line and waits for it, so that the command is up; then the stream begins. */
  async start(): Promise<void> {
    this.#send(1);
    for (let waited = 0; this.#came === 0; waited += 5) {
      if (waited > 60_000) throw new Error('the first line did not come back in a minute');
      await pause(5);
    }
    this.#sending = this.#stream();
  }

  /** The leaks from now on. */
  use(lines: LoadLines): void {
    this.#lines = lines;
  }

  /** Forgets what was measured so far. */
  clear(): void {
    this.histogram.reset();
  }

  /** Stops sending, lets the command end. @throws Error when lines are missing */
  async end(): Promise<void> {
    this.#stopped = true;
    await this.#sending;
    this.#writer.end();
    await this.#ended;
    if (this.#came !== this.sent) throw new Error(`${this.#came} of ${this.sent} lines came back`);
  }

  async #stream(): Promise<void> {
    const begun = performance.now();
    const first = this.sent;
    while (!this.#stopped) {
      const due = first + Math.floor(((performance.now() - begun) * LINES_A_SECOND) / 1000);
      while (this.sent < due) this.#send(Math.min(MOST, due - this.sent));
      await pause(1);
    }
  }

  #send(count: number): void {
    const from = this.sent % this.#lines.count;
    const to = Math.min(this.#lines.count, from + count);
    const now = performance.now();
    this.#times.fill(now, this.sent, this.sent + to - from);
    this.sent += to - from;
    this.#writer.write(this.#lines.slice(from, to));
  }

  #take(bytes: Buffer): void {
    const now = performance.now();
    for (let at = bytes.indexOf(LF); at !== -1; at = bytes.indexOf(LF, at + 1)) {
      this.histogram.recordValue(Math.max(1, Math.round((now - this.#times[this.#came++]!) * 1000)));
    }
  }
}

/** Both ends of a named pipe, which is gone from the disk at once. */
function fifo(path: string): { read: number; write: number } {
  execFileSync('mkfifo', [path]);
  // Opening one end waits for the other, unless both are open already.
  const both = openSync(path, 'r+');
  const read = openSync(path, 'r');
  const write = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  closeSync(both);
  rmSync(path);
  return { read, write };
}
