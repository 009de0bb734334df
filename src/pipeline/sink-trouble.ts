import type { Observer } from '../observe/observer.ts';
import type { SinkTrouble } from '../sinks/sink.ts';

/** Says what a sink waits out, and when it is over. */
export function sinkTrouble(observer: Observer): (trouble: SinkTrouble) => void {
  return ({ sink, errno, waiting, retryMs }) => {
    if (retryMs === 0) {
      observer.say('info', 'SINK_RECOVERED', `${sink}: writes again after ${errno}; nothing was lost`);
      return;
    }
    observer.say(
      'warn',
      'E_SINK_FULL',
      `${sink}: no space left (${errno}). ${waiting} redacted bytes wait and nothing more is read until they fit; next try in ${retryMs} ms. Make room on the file system the output leads to.`,
    );
  };
}
