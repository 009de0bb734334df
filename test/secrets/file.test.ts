import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ValueFile } from '../../src/secrets/file.ts';
import { AtomicVolume } from '../support/atomic-writer.ts';
import { asNobody, counting, freshValue, scratchDir, until, valuesOf } from './scratch.ts';

test('one file is one value, under its own name', async () => {
  const path = join(scratchDir(), 'api-token.txt');
  const value = freshValue();
  writeFileSync(path, value);
  expect(await valuesOf(new ValueFile(path))).toEqual({ 'api-token.txt': value });
});

test('sees its file written, replaced by rename, removed and made anew', async () => {
  const dir = scratchDir();
  const path = join(dir, 'token');
  writeFileSync(path, freshValue());
  const file = new ValueFile(path, { pollMs: 60_000 });
  const told = counting(file);
  await file.load();
  const change = async (act: () => void, expected: string | undefined) => {
    const before = told.count;
    act();
    await until('a change is told', () => told.count > before);
    expect((await valuesOf(file)).token).toBe(expected);
  };
  const [one, two, three] = [freshValue(), freshValue(), freshValue()];
  await change(() => writeFileSync(path, one), one);
  await change(() => {
    writeFileSync(join(dir, 'new'), two);
    renameSync(join(dir, 'new'), path);
  }, two);
  await change(() => rmSync(path), undefined);
  await change(() => writeFileSync(path, three), three);
});

test('follows a key inside a kubelet volume through its swaps', async () => {
  const dir = join(scratchDir(), 'db');
  const volume = new AtomicVolume(dir);
  await volume.write({ password: freshValue() });
  const file = new ValueFile(join(dir, 'password'), { pollMs: 60_000 });
  const told = counting(file);
  await file.load();
  for (let swap = 0; swap < 5; swap++) {
    const value = freshValue();
    const before = told.count;
    await volume.write({ password: value });
    await until('a swap is told', () => told.count > before);
    expect(await valuesOf(file)).toEqual({ password: value });
  }
});

test('finds a change in a directory that came later, by looking', async () => {
  const dir = join(scratchDir(), 'later');
  const file = new ValueFile(join(dir, 'token'), { pollMs: 10 });
  const told = counting(file);
  expect((await file.load()).problems[0]!.code).toBe('E_SECRET_FILE_MISSING');
  const value = freshValue();
  mkdirSync(dir);
  writeFileSync(join(dir, 'token'), value);
  await until('the file is found', () => told.count > 0);
  expect(await valuesOf(file)).toEqual({ token: value });
});

test('is not told of its neighbours', async () => {
  const dir = scratchDir();
  writeFileSync(join(dir, 'token'), freshValue());
  const file = new ValueFile(join(dir, 'token'), { pollMs: 10 });
  const told = counting(file);
  await file.load();
  writeFileSync(join(dir, 'other'), 'x');
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(told.count).toBe(0);
});

test('says what is wrong with a directory, a missing and an unreadable file, and what to do', async () => {
  const dir = scratchDir();
  chmodSync(dir, 0o755);
  writeFileSync(join(dir, 'shut'), freshValue());
  chmodSync(join(dir, 'shut'), 0);
  const problemOf = async (path: string) => {
    const { problems, complete } = await new ValueFile(path).load();
    expect(complete).toBe(false);
    return `${problems[0]!.code} ${problems[0]!.message}`;
  };
  expect(await problemOf(dir)).toMatch(/^E_SECRET_NOT_A_FILE .*--secrets-dir/);
  expect(await problemOf(join(dir, 'none'))).toMatch(/^E_SECRET_FILE_MISSING .*none does not exist/);
  expect(await asNobody(() => problemOf(join(dir, 'shut')))).toMatch(
    /^E_SECRET_UNREADABLE .*shut cannot be read: permission denied/,
  );
});

test('a FIFO without a writer is refused, not waited for', async () => {
  const path = join(scratchDir(), 'fifo');
  execFileSync('mkfifo', [path]);
  const { problems } = await new ValueFile(path).load();
  expect(problems.map(({ code }) => code)).toEqual(['E_SECRET_NOT_A_FILE']);
});
