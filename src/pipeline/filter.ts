import { createRedactor } from '../formats/format.ts';
import { openStdout } from '../sinks/stdout.ts';
import { openStdin } from '../sources/stdin.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { MatcherSupply } from './matcher-supply.ts';
import { Reloads } from './reloads.ts';
import type { Run } from './run.ts';
import { sinkTrouble } from './sink-trouble.ts';
import { Stream } from './stream.ts';

/**
 * After TERM or INT the filter reads on: whoever writes to it usually got the signal too and has last
 * words. It ends when the source ends or was silent this long
 */
const LAST_WORDS_MS = 200;
/** and after this long as soon as what stands in the pipe is out (the other side never pauses). */
const READ_LIMIT_MS = 2_000;
/** A sink that takes nothing is waited for this long after the signal. */
const WRITE_LIMIT_MS = 5_000;

/**
 * `app | unleak`: standard input to standard output, redacted. Secrets are loaded before the first byte
 * is read. TERM and INT drain and end (128 + signal), a second one ends at once; HUP reads the Secrets
 * again. A closed downstream ends it as SIGPIPE would (141).
 *
 * @returns the exit code
 * @throws what loading the Secrets throws, before a byte was read
 */
export async function runFilter(run: Run): Promise<number> {
  const { plan, observer } = run;
  const ending = new Ending();
  const reloads = new Reloads();
  const supply = await Promise.race([MatcherSupply.start(run), ending.early]);
  if (typeof supply === 'number') {
    reloads.over();
    ending.over();
    return supply;
  }
  const sink = openStdout(sinkTrouble(observer));
  const matcher = supply.current;
  const stream = new Stream(
    {
      name: 'stdin',
      source: openStdin(),
      sink,
      redactor: createRedactor(plan.format, matcher, { maxRecordBytes: plan.maxRecordBytes }),
      observer,
      onFault: plan.onFault,
      holdMs: plan.holdMs,
      taking: () => supply.taking(),
    },
    supply.current,
  );
  supply.attach(stream);
  reloads.serve(supply);
  ending.drains(stream, () => sink.giveUp());
  observer.ready(true, `generation ${matcher.generation} is in use`);
  const end = await stream.run();
  supply.close();
  reloads.over();
  ending.over();
  if (ending.signal !== null && end !== 'failed') return exitCodeOf(ending.signal);
  if (end === 'downstream-closed') return exitCodeOf('SIGPIPE');
  return end === 'failed' ? EXIT.failed : EXIT.ok;
}

/** What TERM and INT do, before and while the stream runs. */
class Ending {
  signal: NodeJS.Signals | null = null;
  /** Settles with the exit code when a signal comes before there is a stream. */
  readonly early: Promise<number>;
  #onSignal: (signal: NodeJS.Signals) => void;
  readonly #listener = (signal: NodeJS.Signals): void => this.#onSignal(signal);
  #timer: NodeJS.Timeout | undefined;

  constructor() {
    this.#onSignal = () => {};
    this.early = new Promise((done) => {
      this.#onSignal = (signal) => done(exitCodeOf(signal));
    });
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, this.#listener);
    process.on('SIGUSR1', ignore);
  }

  drains(stream: Stream, giveUp: () => void): void {
    this.#onSignal = (signal) => {
      if (this.signal !== null) {
        stream.closeSource();
        return giveUp();
      }
      this.signal = signal;
      stream.stop(LAST_WORDS_MS, READ_LIMIT_MS);
      this.#timer = setTimeout(giveUp, WRITE_LIMIT_MS);
    };
  }

  over(): void {
    clearTimeout(this.#timer);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.off(signal, this.#listener);
  }
}

/** Node would open its inspector on USR1, a door to the memory that holds the Secrets. */
function ignore(): void {}
