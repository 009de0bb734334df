import { createRedactor } from '../formats/format.ts';
import type { StreamName } from '../observe/observer.ts';
import type { Sink } from '../sinks/sink.ts';
import { openBoth } from '../sinks/stdout.ts';
import type { Source } from '../sources/source.ts';
import { Child } from './child.ts';
import { EXIT, exitCodeOf } from './exit-code.ts';
import { MatcherSupply } from './matcher-supply.ts';
import { openPipePairs } from './pipe-pairs.ts';
import type { Run } from './run.ts';
import { SignalForwarder } from './signals.ts';
import { sinkTrouble } from './sink-trouble.ts';
import { Stream, type StreamEnd } from './stream.ts';
import { watchZombies } from './zombies.ts';

/**
 * After the child has ended, processes that inherited its pipes may go on writing. They are read until
 * the pipes close or were silent this long, */
const ORPHAN_SILENCE_MS = 500;
/** and no longer than this in all; what stood in the pipes when the child ended is never cut. */
const ORPHAN_LIMIT_MS = 5_000;
/** A sink that takes nothing is waited for without end, but this long once a signal wants an end. */
const WRITE_LIMIT_MS = 5_000;

/**
 * `unleak exec -- app args`: runs the command with its stdout and stderr redacted apart; stdin is the
 * own one. Secrets are loaded before the child starts. Signals go to the child.
 *
 * @returns the child's exit code, 128 + signal when a signal ended it, 127 when the command was not
 *   found, 126 when it cannot be run, 1 when output was held back
 * @throws what loading the Secrets throws, before the child was started
 */
export async function runExec(run: Run, argv: readonly string[]): Promise<number> {
  const signals = new SignalForwarder();
  const zombies = watchZombies(run.observer);
  try {
    const starting = Promise.all([MatcherSupply.start(run), openPipePairs(2)]);
    const ready = await Promise.race([starting, signals.early]);
    if (typeof ready === 'string') return exitCodeOf(ready);
    const [supply, pipes] = ready;
    const child = await Child.start(argv, pipes);
    if (!(child instanceof Child)) return refuse(run, argv[0]!, child);
    signals.to(child);
    const code = await follow(run, supply, { child, signals });
    supply.close();
    return code;
  } finally {
    signals.close();
    zombies.close();
  }
}

async function follow(
  run: Run,
  supply: MatcherSupply,
  { child, signals }: { child: Child; signals: SignalForwarder },
): Promise<number> {
  const sinks = openBoth(sinkTrouble(run.observer));
  const streams = [
    redacted(run, supply, { name: 'stdout', source: child.stdout, sink: sinks.stdout }),
    redacted(run, supply, { name: 'stderr', source: child.stderr, sink: sinks.stderr }),
  ];
  run.observer.ready(true, `generation ${supply.current.generation} is in use`);
  const ends = streams.map(async (stream): Promise<StreamEnd> => {
    const end = await stream.run();
    // Its output cannot be passed on: the workload may not go on as if it were.
    if (end === 'failed') child.kill('SIGTERM');
    return end;
  });
  const code = await child.ended;
  for (const stream of streams) stream.stop(ORPHAN_SILENCE_MS, ORPHAN_LIMIT_MS);
  let timer: NodeJS.Timeout | undefined;
  signals.onEnding(() => {
    timer ??= setTimeout(() => {
      sinks.stdout.giveUp();
      sinks.stderr.giveUp();
    }, WRITE_LIMIT_MS);
  });
  const all = await Promise.all(ends);
  clearTimeout(timer);
  return all.includes('failed') ? EXIT.failed : code;
}

function redacted(
  run: Run,
  supply: MatcherSupply,
  ends: { readonly name: StreamName; readonly source: Source; readonly sink: Sink },
): Stream {
  const { observer } = run;
  const { format, onFault, holdMs, maxRecordBytes } = run.plan;
  const redactor = createRedactor(format, supply.current, { maxRecordBytes });
  const stream = new Stream(
    { ...ends, redactor, observer, onFault, holdMs, taking: () => supply.taking() },
    supply.current,
  );
  supply.attach(stream);
  return stream;
}

/** Says why the command did not start, in the exit codes of a shell. */
function refuse(run: Run, command: string, errno: string): number {
  if (errno === 'ENOENT') {
    run.observer.say(
      'error',
      'E_COMMAND_NOT_FOUND',
      `exec: ${command}: not found, or the interpreter in its first line is not. Nothing was run. Give a path, or check PATH.`,
    );
    return EXIT.notFound;
  }
  run.observer.say(
    'error',
    'E_COMMAND_NOT_RUN',
    `exec: ${command}: cannot be run (${errno}). Nothing was run. Check that it is an executable file for this machine.`,
  );
  return EXIT.notExecutable;
}
