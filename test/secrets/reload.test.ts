import fs, { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MountedDir } from '../../src/secrets/mounted-dir.ts';
import type { Provider } from '../../src/secrets/provider.ts';
import type { SecretSet } from '../../src/secrets/store.ts';
import { SecretStore } from '../../src/secrets/store.ts';
import { AtomicVolume } from '../support/atomic-writer.ts';
import { afterwards, counting, freshValue, scratchDir, text, until } from './scratch.ts';

// What a reload reads again, in how many turns, and who waits for it.

const GRACE = 60_000;
const open = (dir: string): MountedDir => new MountedDir(dir, { required: true, pollMs: 60_000 });
const valuesIn = (set: SecretSet): string[] => set.secrets.map((secret) => text(secret.reveal()));

function storeOf(provider: Provider) {
  const clock = { now: 0 };
  const store = new SecretStore({ providers: [provider], minBytes: 8, graceMs: GRACE, now: () => clock.now });
  afterwards(() => store.close());
  return { store, clock };
}

test('a load that may omit leaves out the bytes of files that no event was about, and reads the others', async () => {
  const root = scratchDir();
  for (const dir of ['one', 'two']) {
    mkdirSync(join(root, dir));
    writeFileSync(join(root, dir, 'key'), freshValue());
  }
  const provider = open(root);
  const told = counting(provider);
  const first = await provider.load();
  const again = await provider.load(true);
  expect(again.values.map(({ bytes }) => bytes)).toEqual([null, null]);
  expect(again.values.map(({ origin }, at) => origin === first.values[at]!.origin)).toEqual([true, true]);
  const value = freshValue();
  writeFileSync(join(root, 'two', 'key'), value);
  await until('the change is told', () => told.count > 0);
  const changed = await provider.load(true);
  expect(changed.values.map(({ bytes }) => bytes && text(bytes))).toEqual([null, value]);
  expect((await provider.load()).values.every(({ bytes }) => bytes !== null)).toBe(true);
});

test('a link to a file elsewhere is read each time: no event tells of its change', async () => {
  const [dir, elsewhere] = [scratchDir(), join(scratchDir(), 'key')];
  writeFileSync(elsewhere, freshValue());
  symlinkSync(elsewhere, join(dir, 'key'));
  const provider = open(dir);
  counting(provider);
  await provider.load();
  const value = freshValue();
  writeFileSync(elsewhere, value);
  expect((await provider.load(true)).values.map(({ bytes }) => bytes && text(bytes))).toEqual([value]);
});

test('a swap to a generation that was read while it came, and the removal of the old one, bring nothing new', async () => {
  const dir = join(scratchDir(), 'db');
  const volume = new AtomicVolume(dir);
  await volume.write({ one: freshValue(), two: freshValue() });
  const provider = open(dir);
  const fresh: boolean[] = [];
  const watch = provider.watch((brings) => fresh.push(brings));
  await provider.load();
  let heard = 0;
  const readOn = async () => {
    await until('it is told', () => fresh.length > heard);
    const load = await provider.load(true);
    heard = fresh.length;
    return load.values.map(({ bytes, seen }) => [bytes === null, seen]);
  };
  await volume.write(
    { one: freshValue(), two: freshValue() },
    {
      beforeSwap: async () => {
        await readOn();
        // What came while that was read, if anything.
        await provider.load();
        fresh.length = heard = 0;
      },
      afterSwap: async () => {
        expect(await readOn()).toEqual([
          [true, 'current'],
          [true, 'current'],
          [true, 'coming'],
          [true, 'coming'],
        ]);
      },
    },
  );
  expect(await readOn()).toEqual([
    [true, 'current'],
    [true, 'current'],
  ]);
  watch.close();
  expect(fresh).not.toContain(true);
});

/** A provider whose next load the test says. */
function scripted(first: Record<string, string>) {
  const script = { shown: first, tell: (_fresh: boolean): void => {}, onLoad: (): void => {} };
  const provider: Provider = {
    name: 'scripted',
    async load() {
      script.onLoad();
      const values = Object.entries(script.shown).map(([key, value]) => ({
        origin: { name: key, key, part: '' },
        bytes: new Uint8Array(Buffer.from(value)),
        seen: 'current' as const,
      }));
      return { values, problems: [], complete: true };
    },
    watch(changed) {
      script.tell = changed;
      return { close: () => {} };
    },
  };
  return { script, provider };
}

test('nobody waits for a reading that brings no new value, though it follows one that does', async () => {
  const { script, provider } = scripted({ a: freshValue() });
  const { store } = storeOf(provider);
  await store.load();
  let loads = 0;
  script.onLoad = () => {
    if (++loads === 1) script.tell(false);
  };
  script.tell(true);
  await store.taking();
  expect([loads, store.taking()]).toEqual([1, null]);
  await store.idle();
  expect(loads).toBe(2);
});

test('a value that comes back while its grace ends is kept, in whatever turn of the load it ends', async () => {
  const value = freshValue();
  const many = Object.fromEntries(Array.from({ length: 3000 }, (_, nth) => [`k${nth}`, freshValue()]));
  /** Ticks past the grace after so many turns. @returns how many turns the load took */
  const comesBack = async (tickAt: number): Promise<number> => {
    const { script, provider } = scripted({ back: value, ...many });
    const { store, clock } = storeOf(provider);
    await store.load();
    script.shown = many;
    await store.load();
    script.shown = { back: value, ...many };
    let turns = 0;
    let done = false;
    const loading = store.load().finally(() => {
      done = true;
    });
    for (; !done; turns++) {
      await new Promise((turn) => setImmediate(turn));
      if (turns !== tickAt) continue;
      clock.now = GRACE + 1;
      store.tick();
    }
    expect(valuesIn(await loading), `tick at ${tickAt}`).toContain(value);
    return turns;
  };
  const turns = await comesBack(-1);
  for (let at = turns - 6; at < turns; at++) await comesBack(at);
});

test('a stream gets its turn while many local files are read', async () => {
  const dir = scratchDir();
  for (let at = 0; at < 1_000; at++) writeFileSync(join(dir, `key-${at}`), `a made-up value ${at}`);
  const { readSync } = fs;
  let [reads, most, all] = [0, 0, 0];
  fs.readSync = ((...call: Parameters<typeof readSync>) => {
    most = Math.max(most, ++reads);
    all++;
    return readSync(...call);
  }) as typeof readSync;
  syncBuiltinESMExports();
  let turns: NodeJS.Immediate;
  const turn = (): void => {
    reads = 0;
    turns = setImmediate(turn);
  };
  turn();
  afterwards(() => {
    clearImmediate(turns);
    fs.readSync = readSync;
    syncBuiltinESMExports();
  });
  expect((await open(dir).load()).values).toHaveLength(1_000);
  expect(all).toBe(1_000);
  expect(most).toBeLessThanOrEqual(32);
});
