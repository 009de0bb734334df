import { chmodSync, mkdirSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Secret } from '../../src/engine/secret.ts';
import { Env } from '../../src/secrets/env.ts';
import { ValueFile } from '../../src/secrets/file.ts';
import { MountedDir } from '../../src/secrets/mounted-dir.ts';
import { openSecretStore } from '../../src/secrets/open-store.ts';
import type { Load, Provider } from '../../src/secrets/provider.ts';
import type { SecretSet } from '../../src/secrets/store.ts';
import { SecretStore } from '../../src/secrets/store.ts';
import { AtomicVolume } from '../support/atomic-writer.ts';
import { afterwards, asNobody, freshValue, scratchDir, text, until } from './scratch.ts';

const GRACE = 60_000;

function storeOf(providers: readonly Provider[], graceMs = GRACE) {
  const clock = { now: 0 };
  const store = new SecretStore({ providers, minBytes: 8, graceMs, now: () => clock.now, retryMs: 10 });
  afterwards(() => store.close());
  return { store, clock };
}

const dirOf = (path: string) => new MountedDir(path, { required: true, pollMs: 200 });
const valuesIn = (set: SecretSet): string[] => set.secrets.map((secret) => text(secret.reveal()));
const rowOf = (set: SecretSet, name: string) =>
  set.listing.find((row) => row.name === name && row.part === '');

async function held(store: SecretStore, value: string): Promise<Secret> {
  const find = () => store.current.secrets.find((secret) => text(secret.reveal()) === value);
  await until('the value is held', () => find() !== undefined);
  return find()!;
}

test('in 50 swaps every value is active before its swap, retiring after the next, and wiped after its grace', async () => {
  const dir = join(scratchDir(), 'db');
  const volume = new AtomicVolume(dir);
  let current = freshValue();
  await volume.write({ password: current });
  const { store, clock } = storeOf([dirOf(dir)]);
  await store.load();
  const secrets = [await held(store, current)];
  for (let swap = 0; swap < 50; swap++) {
    const [old, next] = [current, freshValue()];
    clock.now += 1000;
    await volume.write(
      { password: next },
      {
        beforeSwap: async () => {
          secrets.push(await held(store, next));
          expect(valuesIn(store.current)).toContain(old);
        },
      },
    );
    const states = () => store.current.listing.map(({ state }) => state);
    await until('the old value retires', () => states().filter((state) => state === 'active').length === 1);
    expect(valuesIn(store.current)).toEqual(expect.arrayContaining([old, next]));
    current = next;
  }
  expect(store.current.secrets).toHaveLength(51);
  // Half of the old ones are past their grace.
  clock.now = 25_000 + GRACE;
  store.tick();
  expect(store.current.secrets).toHaveLength(26);
  expect(text(secrets[0]!.reveal())).not.toMatch(/^\0+$/);
  store.settled(store.current.generation);
  const wiped = secrets.map((secret) => /^\0+$/.test(text(secret.reveal())));
  expect(wiped).toEqual(secrets.map((_, index) => index < 25));
});

test('swaps that nobody waits for end with the last value active', async () => {
  const dir = join(scratchDir(), 'db');
  const volume = new AtomicVolume(dir);
  await volume.write({ password: freshValue() });
  const { store } = storeOf([dirOf(dir)]);
  await store.load();
  let last = '';
  for (let swap = 0; swap < 50; swap++) {
    last = freshValue();
    await volume.write({ password: last });
  }
  await held(store, last);
  await until('all others retire', () => {
    const active = store.current.listing.filter(({ state }) => state === 'active');
    return active.length === 1 && active[0]!.name === 'db/password';
  });
  expect(store.current.degraded).toBe(false);
});

test('listeners hear of every set, in order, and no more after they left', async () => {
  const dir = join(scratchDir(), 'db');
  const volume = new AtomicVolume(dir);
  await volume.write({ password: freshValue() });
  const { store } = storeOf([dirOf(dir)]);
  const heard: number[] = [];
  const leave = store.onChange((set) => heard.push(set.generation));
  await store.load();
  const value = freshValue();
  await volume.write({ password: value });
  await held(store, value);
  expect(heard[0]).toBe(1);
  expect(heard).toEqual([...heard].sort((a, b) => a - b));
  leave();
  const count = heard.length;
  const next = freshValue();
  await volume.write({ password: next });
  await held(store, next);
  expect(heard).toHaveLength(count);
});

test('a set handed out does not change', async () => {
  const dir = join(scratchDir(), 'db');
  await new AtomicVolume(dir).write({ password: freshValue() });
  const { store } = storeOf([dirOf(dir)]);
  const set = await store.load();
  const [generation, values] = [set.generation, valuesIn(set)];
  const next = freshValue();
  await new AtomicVolume(dir).write({ password: next });
  await held(store, next);
  expect([set.generation, valuesIn(set)]).toEqual([generation, values]);
  expect(Object.isFrozen(set) && Object.isFrozen(set.secrets)).toBe(true);
});

test('takes documents apart, and lists whole values and parts', async () => {
  const dir = join(scratchDir(), 'db');
  const password = freshValue();
  await new AtomicVolume(dir).write({ url: `postgres://shop:${password}@db:5432/shop` });
  const { store } = storeOf([dirOf(dir)]);
  const set = await store.load();
  expect(valuesIn(set)).toContain(password);
  const rows = set.listing.filter(({ name }) => name === 'db/url');
  expect(rows.length).toBeGreaterThan(1);
  expect(JSON.stringify(set)).not.toContain(password);
});

test('names what is not matched anywhere, and why', async () => {
  const dir = join(scratchDir(), 'app');
  await new AtomicVolume(dir).write({ empty: '', blank: ' \n', flag: 'true', one: 'x', namespace: 'shop' });
  const { store } = storeOf([dirOf(dir)]);
  const set = await store.load();
  expect(set.secrets).toEqual([]);
  for (const key of ['empty', 'blank', 'flag', 'one', 'namespace']) {
    const row = rowOf(set, `app/${key}`)!;
    expect([row.use, row.state, row.provider]).toEqual(['none', 'active', `dir ${dir}`]);
    expect(row.reason).not.toBe('');
  }
});

test('short values stay apart by key, since they are matched next to it', async () => {
  const dir = join(scratchDir(), 'app');
  const short = freshValue().slice(0, 6).replaceAll(/[-_]/g, 'q');
  await new AtomicVolume(dir).write({ pin: short, password: short });
  const { store } = storeOf([dirOf(dir)]);
  const set = await store.load();
  expect(set.secrets).toEqual([]);
  expect(set.shorts.map(({ origin }) => origin.key).sort()).toEqual(['password', 'pin']);
});

test('sizes are ranges', async () => {
  const dir = join(scratchDir(), 'db');
  await new AtomicVolume(dir).write({ password: freshValue() });
  const { store } = storeOf([dirOf(dir)]);
  expect(rowOf(await store.load(), 'db/password')!.size).toBe('16-31');
});

test('the first provider names a value that several hold', async () => {
  const dir = join(scratchDir(), 'db');
  const value = freshValue();
  await new AtomicVolume(dir).write({ password: value });
  const file = join(scratchDir(), 'copy');
  writeFileSync(file, value);
  const env = new Env(['*_PASSWORD'], async () => Buffer.from(`DB_PASSWORD=${value}\0`));
  const { store } = storeOf([dirOf(dir), new ValueFile(file), env]);
  const set = await store.load();
  expect(valuesIn(set)).toEqual([value]);
  expect(rowOf(set, 'db/password')!.aliases).toEqual(['copy', 'DB_PASSWORD']);
});

test('a directory that disappears degrades the set and keeps its values; it recovers by itself', async () => {
  const dir = join(scratchDir(), 'db');
  const [old, next] = [freshValue(), freshValue()];
  await new AtomicVolume(dir).write({ password: old });
  const { store } = storeOf([dirOf(dir)]);
  const first = await store.load();
  rmSync(dir, { recursive: true });
  await until('it is noticed', () => store.current.degraded);
  expect(store.current.problems.map(({ code }) => code)).toEqual(['E_SECRET_DIR_MISSING']);
  expect([valuesIn(store.current), store.current.generation]).toEqual([[old], first.generation]);
  expect(rowOf(store.current, 'db/password')!.state).toBe('active');
  await new AtomicVolume(dir).write({ password: next });
  await held(store, next);
  await until('it recovers', () => !store.current.degraded);
  expect(store.current.problems).toEqual([]);
});

test('a file that turns unreadable keeps its value active', async () => {
  const dir = scratchDir();
  chmodSync(dir, 0o755);
  const [kept, other] = [freshValue(), freshValue()];
  writeFileSync(join(dir, 'kept'), kept);
  const { store } = storeOf([dirOf(dir)]);
  await store.load();
  chmodSync(join(dir, 'kept'), 0);
  await asNobody(async () => {
    await until('it is noticed', async () => (await store.load()).degraded);
  });
  writeFileSync(join(dir, 'other'), other);
  await held(store, other);
  expect(valuesIn(store.current)).toContain(kept);
});

test('a provider that fails keeps its values, says its code only, and is tried again', async () => {
  const value = freshValue();
  let broken = false;
  const flaky: Provider = {
    name: 'flaky',
    async load(): Promise<Load> {
      if (broken) throw Object.assign(new Error(`has ${value}`), { code: 'EBROKEN' });
      const bytes = new Uint8Array(Buffer.from(value));
      return {
        values: [{ origin: { name: 'f', key: 'f', part: '' }, bytes, seen: 'current' }],
        problems: [],
        complete: true,
      };
    },
    watch: () => ({ close: () => {} }),
  };
  const { store } = storeOf([flaky]);
  await store.load();
  broken = true;
  const set = await store.load();
  expect([set.degraded, valuesIn(set)]).toEqual([true, [value]]);
  expect(set.problems[0]!.code).toBe('E_PROVIDER_FAILED');
  expect(set.problems[0]!.message).toContain('EBROKEN');
  expect(JSON.stringify(set.problems)).not.toContain(value);
  broken = false;
  await until('it recovers without an event', () => !store.current.degraded);
});

test('a change while a reading runs is read again', async () => {
  const values = [freshValue(), freshValue()];
  let tell = () => {};
  let reads = 0;
  const provider: Provider = {
    name: 'changing',
    async load() {
      const bytes = new Uint8Array(Buffer.from(values[Math.min(reads++, 1)]!));
      if (reads === 1) tell();
      return {
        values: [{ origin: { name: 'c', key: 'c', part: '' }, bytes, seen: 'current' }],
        problems: [],
        complete: true,
      };
    },
    watch(changed) {
      tell = () => changed(true);
      return { close: () => {} };
    },
  };
  const { store } = storeOf([provider]);
  expect(valuesIn(await store.load())).toEqual(expect.arrayContaining(values));
});

test('values retire by the store’s own timer', async () => {
  const dir = join(scratchDir(), 'db');
  const [old, next] = [freshValue(), freshValue()];
  await new AtomicVolume(dir).write({ password: old });
  const store = new SecretStore({
    providers: [dirOf(dir)],
    minBytes: 8,
    graceMs: 30,
    now: () => performance.now(),
  });
  afterwards(() => store.close());
  await store.load();
  await new AtomicVolume(dir).write({ password: next });
  await until('the old value is retired', () => valuesIn(store.current).join() === next);
});

test('closing wipes every value, also those of a load that was under way', async () => {
  const dir = join(scratchDir(), 'db');
  await new AtomicVolume(dir).write({ password: freshValue() });
  const { store } = storeOf([dirOf(dir)]);
  const { secrets } = await store.load();
  const loading = store.load();
  store.close();
  await loading;
  expect(text(secrets[0]!.reveal())).toMatch(/^\0+$/);
  expect(store.current.secrets).toEqual([]);
});

test('opens what a plan names, each directory once', async () => {
  const root = scratchDir();
  const value = freshValue();
  await new AtomicVolume(join(root, 'db')).write({ password: value });
  const plan = {
    dirs: [
      { path: join(root, 'db'), required: false },
      { path: join(root, 'x/../db'), required: true },
      { path: join(root, 'none'), required: false },
    ],
    envGlobs: [],
    files: [],
    minBytes: 8,
    graceMs: GRACE,
    near: false,
  };
  mkdirSync(join(root, 'x'));
  const store = openSecretStore(plan, { now: () => 0, watch: false });
  const set = await store.load();
  expect(valuesIn(set)).toEqual([value]);
  expect(rowOf(set, 'db/password')!.aliases).toEqual([]);
  expect([set.problems, set.degraded]).toEqual([[], false]);
});

test('loads 10,000 secrets, and hears of one more', async () => {
  const dir = scratchDir();
  for (let i = 0; i < 10_000; i++) writeFileSync(join(dir, `key-${i}`), freshValue());
  const { store } = storeOf([dirOf(dir)]);
  const started = performance.now();
  const set = await store.load();
  process.stdout.write(`10,000 secrets loaded in ${Math.round(performance.now() - started)} ms\n`);
  expect(set.secrets).toHaveLength(10_000);
  writeFileSync(join(dir, 'more'), freshValue());
  await until('it is in the set', () => store.current.secrets.length === 10_001);
});

describe('who waits for a reload', () => {
  const waits = (store: SecretStore): boolean => store.taking() !== null;

  test('nobody, when the generation that is swapped in was read while it was coming', async () => {
    const volume = new AtomicVolume(join(scratchDir(), 'db'));
    const next = freshValue();
    await volume.write({ password: freshValue() });
    const { store } = storeOf([dirOf(volume.dir)]);
    await store.load();
    let waited = false;
    await volume.write(
      { password: next },
      {
        beforeSwap: async () => {
          await until(
            'the coming value is known and nothing is read',
            () => valuesIn(store.current).includes(next) && !waits(store),
          );
        },
        afterSwap: async () => {
          const swapped = performance.now();
          await until('the swap was heard and read', () => {
            waited ||= waits(store);
            return performance.now() - swapped > 200;
          });
        },
      },
    );
    expect(waited).toBe(false);
    expect(valuesIn(store.current)).toContain(next);
  });

  test('everybody, when a value was written at the last moment', async () => {
    const volume = new AtomicVolume(join(scratchDir(), 'db'));
    const [early, late] = [freshValue(), freshValue()];
    await volume.write({ password: freshValue() });
    const { store } = storeOf([dirOf(volume.dir)]);
    await store.load();
    let waited = false;
    // Looked at when it is published: the whole reading may fall between two looks of `until`.
    store.onChange((set) => {
      waited ||= valuesIn(set).includes(late) && waits(store);
    });
    await volume.write(
      { password: early },
      {
        beforeSwap: async () => {
          await until(
            'the coming value is known',
            () => valuesIn(store.current).includes(early) && !waits(store),
          );
          const coming = readdirSync(volume.dir).find(
            (name) => /^\.\.\d/.test(name) && name !== readlinkSync(join(volume.dir, '..data')),
          );
          writeFileSync(join(volume.dir, coming!, 'password'), late);
        },
        afterSwap: () => until('the late value is known', () => valuesIn(store.current).includes(late)),
      },
    );
    expect(waited).toBe(true);
  });
});
