import { type BigIntStats, fstatSync, type Stats } from 'node:fs';
import { FileSink } from './file-sink.ts';
import type { Sink, SinkTrouble } from './sink.ts';
import { SocketSink } from './socket-sink.ts';

/** Linux's major number of memory devices. */
const MEMORY_MAJOR = 1;

type Report = (trouble: SinkTrouble) => void;

/** Standard output, whatever it is: pipe, socket, file, terminal, device. */
export function openStdout(report: Report): Sink {
  return openSink(1, 'stdout', report);
}

/**
 * Standard output and standard error. Where both lead to the same place (`2>&1`, a terminal) they are
 * one sink, so that neither stream's batch is cut by the other's.
 */
export function openBoth(report: Report): { readonly stdout: Sink; readonly stderr: Sink } {
  const stdout = openStdout(report);
  return { stdout, stderr: samePlace() ? stdout : openSink(2, 'stderr', report) };
}

function openSink(fd: number, name: string, report: Report): Sink {
  const stat = fstatSync(fd);
  if (stat.isFIFO() || stat.isSocket()) return new SocketSink(fd, name);
  return new FileSink(fd, name, report, isMemory(stat));
}

/** `/dev/null`, `/dev/full` and the like: a write to one never waits. */
function isMemory(stat: Stats): boolean {
  return process.platform === 'linux' && stat.isCharacterDevice() && stat.rdev >>> 8 === MEMORY_MAJOR;
}

function samePlace(): boolean {
  const stat = (fd: number): BigIntStats => fstatSync(fd, { bigint: true });
  const [one, two] = [stat(1), stat(2)];
  return one.dev === two.dev && one.ino === two.ino;
}
