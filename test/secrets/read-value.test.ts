import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { callsFor, POOLED } from '../../src/secrets/file-calls.ts';
import { MAX_VALUE_BYTES, readValue } from '../../src/secrets/read-value.ts';
import { scratchDir } from './scratch.ts';

/** What of a reading must be the same with any calls; of a failure its code. */
async function told(path: string, dir: string): Promise<unknown[]> {
  const readings = [];
  for (const calls of [POOLED, await callsFor(dir)]) {
    const reading = readValue(path, calls);
    readings.push(
      await reading.catch((error: NodeJS.ErrnoException) => ({ code: error.code, where: error.syscall })),
    );
  }
  return readings;
}

function make(dir: string, kind: string): string {
  const path = join(dir, kind);
  if (kind === 'dir') mkdirSync(path);
  else if (kind === 'fifo') execFileSync('mkfifo', [path]);
  else if (kind !== 'missing') {
    const size = { empty: 0, short: 20, page: 4096, full: MAX_VALUE_BYTES, long: MAX_VALUE_BYTES + 9 }[kind]!;
    writeFileSync(path, Buffer.alloc(size, 'made up '));
  }
  return path;
}

test.each(['empty', 'short', 'page', 'full', 'long', 'dir', 'fifo', 'missing'])(
  'a file (%s) reads the same at once and through the pool, and no descriptor is left',
  async (kind) => {
    const dir = scratchDir();
    const path = make(dir, kind);
    const before = openSync('/dev/null', 'r');
    const [pooled, atOnce] = await told(path, dir);
    const after = openSync('/dev/null', 'r');
    for (const file of [before, after]) closeSync(file);
    expect(atOnce).toEqual(pooled);
    expect(after).toBe(before + 1);
  },
);

test('a directory on a local file system is read at once, anything else through the pool', async () => {
  expect(await callsFor(scratchDir())).not.toBe(POOLED);
  if (existsSync('/dev/shm')) expect(await callsFor('/dev/shm')).not.toBe(POOLED);
  expect(await callsFor('/proc')).toBe(POOLED);
  expect(await callsFor(join(scratchDir(), 'missing'))).toBe(POOLED);
});
