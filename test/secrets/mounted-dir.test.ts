import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { MountedDir } from '../../src/secrets/mounted-dir.ts';
import type { Load } from '../../src/secrets/provider.ts';
import { AtomicVolume } from '../support/atomic-writer.ts';
import { asNobody, counting, freshValue, scratchDir, text, until, valuesOf } from './scratch.ts';

const codes = (load: Load): string[] => load.problems.map(({ code }) => code);
const open = (dir: string, pollMs = 60_000): MountedDir => new MountedDir(dir, { required: true, pollMs });

test('reads a kubelet volume by key, and nothing twice', async () => {
  const dir = join(scratchDir(), 'shop-db');
  const [user, password] = [freshValue(), freshValue()];
  await new AtomicVolume(dir).write({ username: user, password });
  const { values, problems, complete } = await open(dir).load();
  expect(values.map(({ origin, bytes, seen }) => [origin, text(bytes), seen])).toEqual([
    [{ name: 'shop-db/password', key: 'password', part: '' }, password, 'current'],
    [{ name: 'shop-db/username', key: 'username', part: '' }, user, 'current'],
  ]);
  expect([problems, complete]).toEqual([[], true]);
});

test('reads volumes and plain directories below the root, named by their relative path', async () => {
  const root = scratchDir();
  const values = Array.from({ length: 4 }, freshValue);
  await new AtomicVolume(join(root, 'kubernetes.io/serviceaccount')).write({ token: values[0]! });
  await new AtomicVolume(join(root, 'shop-db')).write({ 'nested/deep/key': values[1]! });
  mkdirSync(join(root, 'plain'));
  writeFileSync(join(root, 'plain', 'key'), values[2]!);
  writeFileSync(join(root, 'top'), values[3]!);
  expect(await valuesOf(open(root))).toEqual({
    'kubernetes.io/serviceaccount/token': values[0],
    'shop-db/nested/deep/key': values[1],
    'plain/key': values[2],
    [`${basename(root)}/top`]: values[3],
  });
});

test('keeps every byte of a value: NUL, invalid UTF-8, a final newline', async () => {
  const dir = scratchDir();
  const bytes = Buffer.from([0, 255, 254, 10, 13, 0xc3, 0x28, 10]);
  writeFileSync(join(dir, 'key'), bytes);
  const { values } = await open(dir).load();
  expect(Buffer.from(values[0]!.bytes!).equals(bytes)).toBe(true);
  // Memory of its own: no slab shared with other buffers.
  expect(values[0]!.bytes!.buffer.byteLength).toBe(bytes.length);
});

test('learns the next value before the swap, and tells of it', async () => {
  const dir = join(scratchDir(), 'db');
  const volume = new AtomicVolume(dir);
  const [old, next] = [freshValue(), freshValue()];
  await volume.write({ password: old });
  const provider = open(dir);
  const told = counting(provider);
  await provider.load();
  const seen = async () => (await provider.load()).values.map((value) => [text(value.bytes), value.seen]);
  await volume.write(
    { password: next },
    {
      beforeSwap: async () => {
        await until('the new directory is told', () => told.count > 0);
        expect(await seen()).toEqual([
          [old, 'current'],
          [next, 'coming'],
        ]);
      },
      afterSwap: async () => {
        const before = told.count;
        expect(Object.fromEntries(await seen())).toEqual({ [next]: 'current', [old]: 'coming' });
        expect(before).toBeGreaterThan(1);
      },
    },
  );
  expect(await seen()).toEqual([[next, 'current']]);
});

test('tells when the new directory is filled slowly, file by file', async () => {
  const dir = join(scratchDir(), 'db');
  await new AtomicVolume(dir).write({ password: freshValue() });
  const provider = open(dir);
  const told = counting(provider);
  await provider.load();
  const coming = join(dir, '..2031_01_01_00_00_00.1');
  mkdirSync(coming);
  await until('the directory is told', () => told.count > 0);
  await provider.load();
  const before = told.count;
  writeFileSync(join(coming, 'password'), freshValue());
  await until('its file is told', () => told.count > before);
});

test('reads a whole generation while the volume is swapped under it', async () => {
  const dir = join(scratchDir(), 'db');
  const volume = new AtomicVolume(dir);
  const keys = Array.from({ length: 12 }, (_, index) => `key-${index}`);
  const generation = () => Object.fromEntries(keys.map((key) => [key, freshValue()]));
  const written = [generation()];
  await volume.write(written[0]!);
  const provider = open(dir);
  let swapping = true;
  const swaps = (async () => {
    for (let i = 0; i < 20; i++) {
      written.push(generation());
      await volume.write(written.at(-1)!);
    }
    swapping = false;
  })();
  const known = () => new Set(written.flatMap((files) => Object.values(files)));
  do {
    const load = await provider.load();
    const current = load.values.filter(({ seen }) => seen === 'current').map(({ bytes }) => text(bytes));
    if (load.complete) expect(current).toHaveLength(keys.length);
    expect(current.every((value) => known().has(value))).toBe(true);
  } while (swapping);
  await swaps;
  expect(Object.values(await valuesOf(provider)).sort()).toEqual(Object.values(written.at(-1)!).sort());
});

test('sees a changed, a replaced and a new file in a plain directory', async () => {
  const dir = scratchDir();
  writeFileSync(join(dir, 'key'), freshValue());
  const provider = open(dir);
  const told = counting(provider);
  await provider.load();
  const change = async (act: () => void, expected: Record<string, string>) => {
    const before = told.count;
    act();
    await until('a change is told', () => told.count > before);
    expect(await valuesOf(provider)).toEqual(expected);
  };
  const name = (key: string) => `${basename(dir)}/${key}`;
  const [one, two, three] = [freshValue(), freshValue(), freshValue()];
  await change(() => writeFileSync(join(dir, 'key'), one), { [name('key')]: one });
  await change(
    () => {
      writeFileSync(join(dir, '.new'), two);
      renameSync(join(dir, '.new'), join(dir, 'key'));
    },
    { [name('key')]: two },
  );
  await change(() => writeFileSync(join(dir, 'more'), three), { [name('key')]: two, [name('more')]: three });
});

test('survives its directory being removed and made anew', async () => {
  const root = scratchDir();
  const dir = join(root, 'db');
  const provider = open(dir, 20);
  const told = counting(provider);
  const change = async (act: () => Promise<void> | void) => {
    await provider.load();
    const before = told.count;
    await act();
    await until('a change is told', () => told.count > before);
  };
  const value = freshValue();
  await change(() => new AtomicVolume(dir).write({ password: freshValue() }));
  await change(() => rmSync(dir, { recursive: true }));
  expect(codes(await provider.load())).toEqual(['E_SECRET_DIR_MISSING']);
  await change(() => new AtomicVolume(dir).write({ password: freshValue() }));
  await change(() => new AtomicVolume(dir).write({ password: value }));
  expect(await valuesOf(provider)).toEqual({ 'db/password': value });
});

test('watches the new directory where the old one was replaced, without a look', async () => {
  const dir = join(scratchDir(), 'db');
  const provider = open(dir);
  const told = counting(provider);
  await new AtomicVolume(dir).write({ password: freshValue() });
  await provider.load();
  rmSync(dir, { recursive: true });
  await new AtomicVolume(dir).write({ password: freshValue() });
  await until('the removal is told', () => told.count > 0);
  await provider.load();
  await new Promise((resolve) => setTimeout(resolve, 20));
  const before = told.count;
  await new AtomicVolume(dir).write({ password: freshValue() });
  await until('a swap in the new one is told', () => told.count > before);
});

test('finds swaps by looking when no inotify watch is left, and says so', async () => {
  const dir = join(scratchDir(), 'db');
  const volume = new AtomicVolume(dir);
  await volume.write({ password: freshValue() });
  const noneLeft = () => {
    throw Object.assign(new Error('no watches'), { code: 'ENOSPC' });
  };
  const provider = new MountedDir(dir, { required: true, pollMs: 10, openWatch: noneLeft });
  const told = counting(provider);
  const load = await provider.load();
  expect(codes(load)).toEqual(['E_WATCH_LIMIT']);
  expect(load.problems[0]!.message).toContain('max_user_watches');
  expect(load.complete).toBe(true);
  for (let swap = 0; swap < 3; swap++) {
    const before = told.count;
    const value = freshValue();
    await volume.write({ password: value });
    await until('a swap is told', () => told.count > before);
    expect(await valuesOf(provider)).toEqual({ 'db/password': value });
  }
});

test('a missing directory is an error when it was asked for, and fine when it was not', async () => {
  const dir = join(scratchDir(), 'none');
  const asked = await open(dir).load();
  expect([codes(asked), asked.complete]).toEqual([['E_SECRET_DIR_MISSING'], false]);
  expect(asked.problems[0]!.message).toMatch(
    /none cannot be listed: it does not exist.*Mount the Secret there/,
  );
  const usual = await new MountedDir(dir, { required: false }).load();
  expect([codes(usual), usual.complete]).toEqual([[], true]);
});

test('an empty directory is fine, and said', async () => {
  const load = await open(scratchDir()).load();
  expect([codes(load), load.complete]).toEqual([['E_SECRET_DIR_EMPTY'], true]);
});

test('a file in place of a directory names the flag for files', async () => {
  const file = join(scratchDir(), 'token');
  writeFileSync(file, freshValue());
  const load = await open(file).load();
  expect([codes(load), load.complete]).toEqual([['E_SECRET_DIR_IS_FILE'], false]);
  expect(load.problems[0]!.message).toContain('--secret-file');
});

test('what cannot be read is named with the cause and the remedy, and the rest is read', async () => {
  const dir = scratchDir();
  chmodSync(dir, 0o755);
  const value = freshValue();
  writeFileSync(join(dir, 'fine'), value);
  writeFileSync(join(dir, 'shut'), freshValue());
  mkdirSync(join(dir, 'shut-dir'));
  chmodSync(join(dir, 'shut'), 0);
  chmodSync(join(dir, 'shut-dir'), 0);
  const load = await asNobody(() => open(dir).load());
  expect(codes(load).sort()).toEqual(['E_SECRET_DIR_UNREADABLE', 'E_SECRET_UNREADABLE']);
  expect(load.complete).toBe(false);
  expect(load.values.map(({ bytes }) => text(bytes))).toEqual([value]);
  for (const { message } of load.problems)
    expect(message).toMatch(/shut.*permission denied.*not redacted.*read access/);
});

test('a volume without keys is empty too', async () => {
  const dir = join(scratchDir(), 'db');
  await new AtomicVolume(dir).write({});
  expect(codes(await open(dir).load())).toEqual(['E_SECRET_DIR_EMPTY']);
});

test('an unreadable directory is one problem', async () => {
  const dir = scratchDir();
  writeFileSync(join(dir, 'key'), freshValue());
  chmodSync(dir, 0);
  const load = await asNobody(() => open(dir).load());
  expect([codes(load), load.complete]).toEqual([['E_SECRET_DIR_UNREADABLE'], false]);
});

test('a file becoming readable is told though nothing wrote to it', async () => {
  const dir = scratchDir();
  chmodSync(dir, 0o755);
  writeFileSync(join(dir, 'key'), freshValue());
  chmodSync(join(dir, 'key'), 0);
  const provider = open(dir);
  const told = counting(provider);
  await asNobody(() => provider.load());
  chmodSync(join(dir, 'key'), 0o644);
  await until('the change of mode is told', () => told.count > 0);
});

test('of a file of 10 MB the first MiB is taken, and said', async () => {
  const dir = scratchDir();
  const big = Buffer.alloc(10_000_000, freshValue());
  writeFileSync(join(dir, 'big'), big);
  writeFileSync(join(dir, 'exact'), big.subarray(0, 1024 * 1024));
  const load = await open(dir).load();
  expect(codes(load)).toEqual(['E_SECRET_TOO_LONG']);
  expect(load.problems[0]!.message).toContain(join(dir, 'big'));
  expect(load.values.map(({ bytes }) => bytes!.length)).toEqual([1024 * 1024, 1024 * 1024]);
  expect(Buffer.from(load.values[0]!.bytes!).equals(big.subarray(0, 1024 * 1024))).toBe(true);
});

test('directory loops are reported and end', async () => {
  const dir = scratchDir();
  const value = freshValue();
  mkdirSync(join(dir, 'a/b'), { recursive: true });
  writeFileSync(join(dir, 'a/b/key'), value);
  symlinkSync('../..', join(dir, 'a/b/up'));
  symlinkSync('self', join(dir, 'self'));
  const load = await open(dir).load();
  expect(codes(load)).toEqual(['E_SECRET_DIR_LOOP', 'E_SECRET_DIR_LOOP']);
  expect(load.complete).toBe(true);
  expect(load.values.map(({ origin }) => origin.name)).toEqual(['a/b/key']);
});

test('a directory too deep is an error that names it', async () => {
  const dir = scratchDir();
  const deep = join(dir, ...'abcdefghijkl');
  mkdirSync(deep, { recursive: true });
  writeFileSync(join(deep, 'key'), freshValue());
  const load = await open(dir).load();
  expect([codes(load), load.complete]).toEqual([['E_SECRET_DIR_DEEP'], false]);
});

test('a FIFO without a writer is not waited for, and a dangling link is skipped; both are said', async () => {
  const dir = scratchDir();
  execFileSync('mkfifo', [join(dir, 'fifo')]);
  symlinkSync('nowhere', join(dir, 'link'));
  symlinkSync('fifo', join(dir, 'to-fifo'));
  const load = await open(dir).load();
  expect(codes(load)).toEqual(['E_SECRET_NOT_A_FILE', 'E_SECRET_LINK_DANGLING', 'E_SECRET_NOT_A_FILE']);
  expect([load.values, load.complete]).toEqual([[], true]);
});

test('names that could break a line, a label or JSON are made safe', async () => {
  const dir = scratchDir();
  writeFileSync(join(dir, 'a"b\\c\nd\u001b[1m'), freshValue());
  const { values } = await open(dir).load();
  expect(values[0]!.origin.name).toBe(`${basename(dir)}/a_b_c_d_[1m`);
});

test('names beginning with two dots are the writer’s own', async () => {
  const dir = join(scratchDir(), 'db');
  const value = freshValue();
  await new AtomicVolume(dir).write({ password: value, '.hidden': value });
  writeFileSync(join(dir, '..reserved'), freshValue());
  expect(await valuesOf(open(dir))).toEqual({ 'db/password': value, 'db/.hidden': value });
});

test('a volume whose ..data leads nowhere is incomplete, so that known values stay', async () => {
  const dir = scratchDir();
  symlinkSync('..gone', join(dir, '..data'));
  const load = await open(dir).load();
  expect([codes(load), load.complete]).toEqual([['E_SECRET_DIR_UNSTABLE'], false]);
});

test('leaves no watch behind when closed', async () => {
  const dir = join(scratchDir(), 'db');
  await new AtomicVolume(dir).write({ password: freshValue() });
  const provider = open(dir, 10);
  const told = counting(provider);
  await provider.load();
  told.watch.close();
  const before = told.count;
  await new AtomicVolume(dir).write({ password: freshValue() });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(told.count).toBe(before);
});
