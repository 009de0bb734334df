import { readdir, readFile } from 'node:fs/promises';
import type { Observer } from '../observe/observer.ts';

const LOOK_EVERY_MS = 30_000;
/** A few come and go; a pids limit is usually in the hundreds. */
const MANY = 16;

/**
 * As process 1 of a container unleak inherits every process whose parent has ended. Node can only collect
 * children that it started itself, so those stay as zombies until the container ends; each takes one
 * place of the pids limit. They are counted, and said once when there are many.
 */
export function watchZombies(observer: Observer): { close(): void } {
  if (process.pid !== 1) return { close: () => {} };
  const timer = setInterval(async () => {
    const zombies = await countZombies();
    if (zombies < MANY) return;
    clearInterval(timer);
    observer.say(
      'warn',
      'E_ZOMBIES',
      `${zombies} ended processes without a parent wait for process 1, which cannot collect them. Put an init in front: \`docker run --init\`, \`shareProcessNamespace: true\` in the pod, or \`tini -- unleak exec -- ...\`.`,
    );
  }, LOOK_EVERY_MS);
  timer.unref();
  return { close: () => clearInterval(timer) };
}

async function countZombies(): Promise<number> {
  let zombies = 0;
  for (const pid of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(pid)) continue;
    const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
    // proc(5): the name stands in parentheses, then state and parent.
    if (stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z 1 ')) zombies++;
  }
  return zombies;
}
