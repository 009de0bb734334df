import { readdirSync, readFileSync } from 'node:fs';

/** Time on a processor of every thread of a process so far, to the nanosecond: /proc/PID/task/N/schedstat, first field. */
export function processSeconds(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const ran = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return ran.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e9;
}
