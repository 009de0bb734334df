import { readdirSync, readFileSync } from 'node:fs';

/** Time on a processor of every thread of a process so far, to the nanosecond: /proc/PID/task/N/schedstat, first field. */
export function processSeconds(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  const ran = threads.map((thread) =>
    Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]),
  );
  return ran.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e9;
}

/** The same of the main thread of this process alone; of all its threads where the system does not tell them apart. */
export function mainThreadSeconds(): number {
  try {
    const ran = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ')[0];
    return Number(ran) / 1e9;
  } catch {
    return ownSeconds();
  }
}

/** Of all threads of this process. */
export function ownSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
