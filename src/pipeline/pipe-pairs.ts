import { closeSync, constants, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** The two ends of a pipe(2); the write end blocks, as a program expects of its stdout. */
export interface PipePair {
  readonly readFd: number;
  readonly writeFd: number;
}

/**
 * Node gives a child sockets for stdout and stderr, and nobody can open a socket by its name: with them
 * `> /dev/stdout` in a script and `access_log /dev/stdout` in nginx fail with ENXIO. Node has no pipe(2),
 * but libuv makes one for the signals of every event loop that starts a process. So a worker starts one
 * (that does not exist), its pipe is opened once more through /proc/self/fd, the worker ends and closes
 * its own ends, and what is left is a pipe that is ours alone. Every step is checked; where one does not
 * hold (no /proc, another libuv) the answer is null and the caller falls back to sockets.
 */
export async function openPipePairs(count: number): Promise<readonly PipePair[] | null> {
  if (process.platform !== 'linux') return null;
  const pairs: PipePair[] = [];
  const workers: Worker[] = [];
  try {
    const before = new Set(ownPipes().keys());
    for (let i = 0; i < count; i++) workers.push(new Worker(START_NOTHING, { eval: true }));
    await Promise.all(workers.map(started));
    const fresh = [...ownPipes()].filter(([inode, fds]) => !before.has(inode) && isLoopPipe(fds));
    if (fresh.length === count) for (const [, fds] of fresh) pairs.push(reopen(fds[0]!));
  } catch {
    // No /proc, or threads are not allowed: the fallback serves.
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  if (pairs.length === count && pairs.every(isOurs)) return pairs;
  for (const fd of pairs.flatMap(({ readFd, writeFd }) => [readFd, writeFd])) closeSync(fd);
  return null;
}

const START_NOTHING = `
  const { parentPort } = require('node:worker_threads');
  const child = require('node:child_process').spawn('/proc/self/nothing');
  child.on('error', () => parentPort.postMessage('started'));
  parentPort.on('message', () => {});
`;

function started(worker: Worker): Promise<void> {
  return new Promise((done, fail) => {
    worker.once('message', () => done());
    worker.once('error', fail);
  });
}

/** Descriptors of this process by pipe inode. */
function ownPipes(): Map<string, number[]> {
  const pipes = new Map<string, number[]>();
  for (const fd of readdirSync('/proc/self/fd')) {
    const inode = linkOf(fd);
    if (!inode.startsWith('pipe:')) continue;
    const fds = pipes.get(inode) ?? [];
    fds.push(Number(fd));
    pipes.set(inode, fds);
  }
  return pipes;
}

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return ''; // closed meanwhile, like the descriptor of the listing itself
  }
}

/** One end each way, both non-blocking and closed on exec: what uv_pipe makes. */
function isLoopPipe(fds: readonly number[]): boolean {
  if (fds.length !== 2) return false;
  const flags = fds.map((fd) =>
    Number.parseInt(/flags:\s*(\d+)/.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))![1]!, 8),
  );
  const nonBlocking = flags.every((flag) => (flag & constants.O_NONBLOCK) !== 0);
  const ways = flags.map((flag) => flag & (constants.O_WRONLY | constants.O_RDWR));
  return nonBlocking && ways[0] !== ways[1] && ways.every((way) => way !== constants.O_RDWR);
}

function reopen(fd: number): PipePair {
  const path = `/proc/self/fd/${fd}`;
  return {
    readFd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK),
    writeFd: openSync(path, constants.O_WRONLY),
  };
}

/** Nobody else holds an end, and no word of libuv's is left in it. */
function isOurs(pair: PipePair): boolean {
  const fds = ownPipes().get(linkOf(String(pair.readFd)));
  if (fds?.length !== 2) return false;
  const rest = Buffer.alloc(4096);
  try {
    while (readSync(pair.readFd, rest) > 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EAGAIN';
  }
}
