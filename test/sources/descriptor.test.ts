import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openDescriptor } from '../../src/sources/descriptor.ts';
import type { Source } from '../../src/sources/source.ts';

const dir = mkdtempSync(join(tmpdir(), 'unleak-sources-'));
afterAll(() => rmSync(dir, { recursive: true }));

async function readAll(source: Source): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (let batch = await source.read(); batch !== null; batch = await source.read()) {
    parts.push(Buffer.from(batch.bytes));
    batch.ack();
  }
  return Buffer.concat(parts);
}

test('a file is read to its end, batch by batch', async () => {
  const bytes = randomBytes(1_000_001);
  writeFileSync(join(dir, 'file'), bytes);
  const source = openDescriptor(openSync(join(dir, 'file'), 'r'), 'file');
  expect((await readAll(source)).equals(bytes)).toBe(true);
  source.close();
});

test('a FIFO is read to its end', async () => {
  const path = join(dir, 'fifo');
  execFileSync('mkfifo', [path]);
  const source = openDescriptor(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), 'fifo');
  const writer = openSync(path, 'w');
  writeSync(writer, 'one');
  const first = await source.read();
  expect(Buffer.from(first!.bytes).toString()).toBe('one');
  first!.ack();
  const rest = readAll(source);
  writeSync(writer, 'two');
  closeSync(writer);
  expect((await rest).toString()).toBe('two');
});

test('close ends a read that waits', async () => {
  const path = join(dir, 'waiting');
  execFileSync('mkfifo', [path]);
  const source = openDescriptor(openSync(path, constants.O_RDWR | constants.O_NONBLOCK), 'fifo');
  const waiting = source.read();
  source.close();
  expect(await waiting).toBe(null);
});

test('a directory is an error with the word of the system', async () => {
  const source = openDescriptor(openSync(dir, 'r'), 'stdin');
  await expect(source.read()).rejects.toMatchObject({ code: 'E_SOURCE_READ', errno: 'EISDIR' });
  source.close();
});
