import { expect, test } from 'vitest';
import type { Matcher } from '../../src/engine/matcher.ts';
import { MatcherSupply } from '../../src/pipeline/matcher-supply.ts';
import type { Run } from '../../src/pipeline/run.ts';
import type { SecretSet } from '../../src/secrets/store.ts';
import { Ear, emptyMatcher } from './doubles.ts';

const setOf = (generation: number, newest = generation): SecretSet => ({
  generation,
  newest,
  secrets: [],
  shorts: [],
  listing: [],
  problems: [],
  degraded: false,
});

/** More than a change takes, when nothing is slow. */
async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((done) => setImmediate(done));
}

/** A store whose changes the test makes, and a compiler it can slow down or break. */
class Bench {
  readonly ear = new Ear();
  readonly settled: number[] = [];
  readonly compiled: number[] = [];
  readonly used: number[] = [];
  readonly wiped: number[] = [];
  breaks = false;
  slow: Promise<void> | null = null;
  #current = setOf(1);
  #listener: (set: SecretSet) => void = () => {};

  readonly run: Pick<Run, 'store' | 'observer' | 'compile'>;

  constructor() {
    const current = (): SecretSet => this.#current;
    this.run = {
      observer: this.ear,
      compile: (set) => this.#compile(set),
      store: {
        get current() {
          return current();
        },
        load: async () => this.#current,
        taking: () => null,
        onChange: (listener) => {
          this.#listener = listener;
        },
        settled: (generation) => this.settled.push(generation),
        close: () => {},
      },
    };
  }

  async start(): Promise<MatcherSupply> {
    const supply = await MatcherSupply.start(this.run);
    supply.attach({
      setMatcher: ({ generation }) => {
        this.used.push(generation);
      },
    });
    return supply;
  }

  async change(generation: number, newest = generation): Promise<void> {
    this.#current = setOf(generation, newest);
    this.#listener(this.#current);
    await someTurns();
  }

  async #compile({ generation }: SecretSet): Promise<Matcher> {
    this.compiled.push(generation);
    await this.slow;
    if (this.breaks) throw new RangeError('quotes a value');
    return emptyMatcher(generation, (wiped) => this.wiped.push(wiped));
  }
}

test('a changed set is compiled, swapped into every stream, and then settled', async () => {
  const bench = new Bench();
  const supply = await bench.start();
  await bench.change(2);
  expect([bench.used, bench.settled, supply.current.generation]).toEqual([[2], [2], 2]);
});

test('the needles of a matcher that no stream uses any more are overwritten, after the swap and not before', async () => {
  const bench = new Bench();
  const supply = await bench.start();
  const wipedAtSwap: number[][] = [];
  supply.attach({ setMatcher: () => void wipedAtSwap.push([...bench.wiped]) });
  await bench.change(2);
  bench.breaks = true;
  await bench.change(3);
  bench.breaks = false;
  await bench.change(4);
  expect([bench.wiped, wipedAtSwap]).toEqual([
    [1, 2],
    [[], [1]],
  ]);
});

test('a change in whatever turn the last one ends is not lost', async () => {
  for (let turns = 0; turns < 12; turns++) {
    const bench = new Bench();
    const supply = await bench.start();
    void bench.change(2);
    for (let turn = 0; turn < turns; turn++) await null;
    await bench.change(3);
    expect(supply.current.generation, `after ${turns} turns`).toBe(3);
  }
});

test('sets that came and went while one was compiled are skipped', async () => {
  const bench = new Bench();
  await bench.start();
  let go = (): void => {};
  bench.slow = new Promise((done) => {
    go = done;
  });
  for (const generation of [2, 3, 4, 5]) await bench.change(generation);
  go();
  await someTurns();
  expect([bench.compiled, bench.used, bench.settled]).toEqual([
    [1, 2, 5],
    [2, 5],
    [2, 5],
  ]);
});

test('a failed compilation keeps the generation that runs and takes readiness away, until one succeeds', async () => {
  const bench = new Bench();
  const supply = await bench.start();
  bench.breaks = true;
  await bench.change(2);
  expect([supply.current.generation, bench.used, bench.settled, bench.ear.isReady]).toEqual([
    1,
    [],
    [],
    false,
  ]);
  expect(bench.ear.failed).toHaveLength(1);
  expect(bench.ear.failed[0]).not.toContain('quotes');
  bench.breaks = false;
  await supply.reload();
  expect([supply.current.generation, bench.ear.isReady]).toEqual([2, true]);
});

test('a set with the same values is told and not compiled again', async () => {
  const bench = new Bench();
  await bench.start();
  await bench.change(1);
  expect([bench.compiled, bench.ear.loaded]).toEqual([[1], [1, 1]]);
});

test('a failed first compilation is an error: nothing may run', async () => {
  const bench = new Bench();
  bench.breaks = true;
  await expect(bench.start()).rejects.toThrow(RangeError);
});

test('a stream waits for a set with a new value, and for none that only leaves values out', async () => {
  const bench = new Bench();
  const supply = await bench.start();
  let go = (): void => {};
  bench.slow = new Promise((done) => {
    go = done;
  });
  await bench.change(2, 1);
  expect(supply.taking()).toBe(null);
  await bench.change(3, 3);
  const taking = supply.taking();
  expect(taking).not.toBe(null);
  go();
  await taking;
  expect([supply.current.generation, supply.taking()]).toEqual([3, null]);
});

test('after close no change is taken', async () => {
  const bench = new Bench();
  const supply = await bench.start();
  supply.close();
  await bench.change(2);
  expect(bench.compiled).toEqual([1]);
});
