import type { Observer } from '../observe/observer.ts';
import type { SinkTrouble } from '../sinks/sink.ts';

/** A trouble that lasts is said again this often: one line that says where is enough, silence for hours is not. */
const REMIND_MS = 60_000;

/** Says what a sink waits out, once and then every minute, and when it is over. */
export function sinkTrouble(
  observer: Observer,
  nowMs: () => number = Date.now,
): (trouble: SinkTrouble) => void {
  /** Per sink in trouble: when it was last said. */
  const saidMs = new Map<string, number>();
  return ({ sink, errno, waiting, retryMs }) => {
    if (retryMs === 0) {
      // As loud as the trouble: who read of the one must read of its end.
      if (saidMs.delete(sink))
        observer.say('warn', 'SINK_RECOVERED', `${sink}: writes again after ${errno}; nothing was lost`);
      return;
    }
    const now = nowMs();
    if (now - (saidMs.get(sink) ?? Number.NEGATIVE_INFINITY) < REMIND_MS) return;
    saidMs.set(sink, now);
    observer.say(
      'warn',
      'E_SINK_FULL',
      `${sink}: no space left (${errno}). ${waiting} redacted bytes wait and nothing more is read until they fit; it is tried again every few seconds. Make room on the file system the output leads to.`,
    );
  };
}
