import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FileSink } from '../../src/sinks/file-sink.ts';
import type { SinkTrouble } from '../../src/sinks/sink.ts';

test('batches of writers that share the sink stand whole and in order', async () => {
  const path = join(tmpdir(), `unleak-file-sink-${process.pid}`);
  const fd = openSync(path, 'w');
  const sink = new FileSink(fd, 'stdout', () => {});
  const batches = Array.from({ length: 20 }, (_, n) => Buffer.alloc(100_000, 65 + n));
  await Promise.all(batches.map((batch) => sink.write(batch)));
  closeSync(fd);
  expect(readFileSync(path).equals(Buffer.concat(batches))).toBe(true);
  rmSync(path);
});

test('a full device is reported with growing pauses, and giving up rejects what waits', async () => {
  const fd = openSync('/dev/full', 'w');
  const troubles: SinkTrouble[] = [];
  let second = (): void => {};
  const twice = new Promise<void>((done) => {
    second = done;
  });
  const sink = new FileSink(fd, 'stdout', (trouble) => {
    troubles.push(trouble);
    if (troubles.length === 2) second();
  });
  const writing = sink.write(Buffer.from('line\n'));
  await twice;
  sink.giveUp();
  await expect(writing).rejects.toMatchObject({ code: 'E_SINK_GIVEN_UP', errno: 'ENOSPC' });
  await expect(sink.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'E_SINK_GIVEN_UP' });
  expect(troubles[0]).toEqual({ sink: 'stdout', errno: 'ENOSPC', waiting: 5, retryMs: 50 });
  expect(troubles[1]!.retryMs).toBe(100);
  closeSync(fd);
});

test('another error rejects with the word of the system', async () => {
  const fd = openSync('/dev/null', 'r');
  await expect(new FileSink(fd, 'stdout', () => {}).write(Buffer.from('x'))).rejects.toMatchObject({
    code: 'E_SINK_FAILED',
    errno: 'EBADF',
  });
  closeSync(fd);
});
