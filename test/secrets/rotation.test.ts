import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Sighting } from '../../src/secrets/rotation.ts';
import { Rotation } from '../../src/secrets/rotation.ts';
import { secretOf, text } from './scratch.ts';

const GRACE = 1000;
const see = (value: string, name = 'db/password', seen: Sighting['seen'] = 'current'): Sighting => ({
  secret: secretOf(name, value),
  seen,
  id: value,
});
const states = (rotation: Rotation): Record<string, string> =>
  Object.fromEntries([...rotation.held()].map(({ secret, state }) => [text(secret.reveal()), state]));
const at = (now: number, complete = true) => ({ now, complete });

test('a value is active as soon as it is read, retiring when it disappears, and gone after the grace', () => {
  const rotation = new Rotation(GRACE);
  rotation.apply('dir', [see('old')], at(0));
  expect(states(rotation)).toEqual({ old: 'active' });
  rotation.apply('dir', [see('new')], at(100));
  expect(states(rotation)).toEqual({ old: 'retiring', new: 'active' });
  expect(rotation.nextExpiry()).toBe(1100);
  expect(rotation.expire(1099)).toBe(false);
  expect(rotation.expire(1100)).toBe(true);
  expect(states(rotation)).toEqual({ new: 'active' });
  expect(rotation.nextExpiry()).toBe(null);
});

test('a retired value is wiped only when the first generation without it is settled', () => {
  const rotation = new Rotation(GRACE);
  const old = see('old');
  rotation.apply('dir', [old], at(0));
  const withOld = rotation.generation;
  rotation.apply('dir', [], at(0));
  rotation.expire(GRACE);
  expect([...rotation.held()]).toEqual([]);
  rotation.settled(withOld);
  expect(text(old.secret.reveal())).toBe('old');
  rotation.settled(rotation.generation);
  expect(text(old.secret.reveal())).toBe('\0\0\0');
});

test('the generation changes when values come or go, and not when one only turns to retiring', () => {
  const rotation = new Rotation(GRACE);
  rotation.apply('dir', [see('one'), see('two')], at(0));
  expect(rotation.generation).toBe(1);
  expect(rotation.apply('dir', [see('one'), see('two')], at(1))).toBe(false);
  expect(rotation.apply('dir', [see('one')], at(2))).toBe(true);
  expect(rotation.generation).toBe(1);
  rotation.expire(2 + GRACE);
  expect(rotation.generation).toBe(2);
});

test('a value that comes back within its grace is active again, and is the same Secret', () => {
  const rotation = new Rotation(GRACE);
  rotation.apply('dir', [see('one')], at(0));
  const [first] = [...rotation.held()];
  rotation.apply('dir', [], at(1));
  rotation.apply('dir', [see('one')], at(2));
  expect(states(rotation)).toEqual({ one: 'active' });
  expect([...rotation.held()][0]!.secret).toBe(first!.secret);
  expect(rotation.expire(1_000_000)).toBe(false);
});

test('one value under several names is one Secret with the first name, and stays while any name holds it', () => {
  const rotation = new Rotation(GRACE);
  const copies = [see('same', 'a/x'), see('same', 'b/y')];
  rotation.apply('dir', copies, at(0));
  rotation.apply('env', [see('same', 'X')], at(0));
  const [held, ...others] = [...rotation.held()];
  expect(others).toEqual([]);
  expect([held!.secret.name, held!.provider, held!.aliases]).toEqual(['a/x', 'dir', ['b/y', 'X']]);
  expect(text(copies[1]!.secret.reveal())).toBe('\0\0\0\0');
  rotation.apply('dir', [], at(1));
  expect(states(rotation)).toEqual({ same: 'active' });
  rotation.apply('env', [], at(2));
  expect(states(rotation)).toEqual({ same: 'retiring' });
});

test('an incomplete load retires nothing, and still brings new values', () => {
  const rotation = new Rotation(GRACE);
  rotation.apply('dir', [see('old')], at(0));
  rotation.apply('dir', [see('new')], at(1, false));
  expect(states(rotation)).toEqual({ old: 'active', new: 'active' });
  rotation.apply('dir', [see('new')], at(2));
  expect(states(rotation)).toEqual({ old: 'retiring', new: 'active' });
});

test('a value swapped away while it was read is retiring from the start', () => {
  const rotation = new Rotation(GRACE);
  rotation.apply('dir', [see('between', 'db/password', 'gone'), see('new')], at(5));
  expect(states(rotation)).toEqual({ between: 'retiring', new: 'active' });
  expect(rotation.nextExpiry()).toBe(5 + GRACE);
});

test('a value read half-written before the swap is forgotten at once; a full one that vanished keeps its grace', () => {
  const rotation = new Rotation(GRACE);
  rotation.apply('dir', [see('half', 'db/password', 'coming'), see('other', 'db/user', 'coming')], at(0));
  expect(states(rotation)).toEqual({ half: 'active', other: 'active' });
  rotation.apply('dir', [see('half-written')], at(1));
  expect(states(rotation)).toEqual({ other: 'retiring', 'half-written': 'active' });
});

test('a shorter value that was visible keeps its grace even when the new one begins with it', () => {
  const rotation = new Rotation(GRACE);
  rotation.apply('dir', [see('pass')], at(0));
  rotation.apply('dir', [see('pass-2')], at(1));
  expect(states(rotation)).toEqual({ pass: 'retiring', 'pass-2': 'active' });
});

test('without grace a value leaves with the load that misses it', () => {
  const rotation = new Rotation(0);
  rotation.apply('dir', [see('old')], at(0));
  rotation.apply('dir', [see('new')], at(7));
  expect(states(rotation)).toEqual({ new: 'active' });
});

test('closing wipes what is held and what waits to be settled', () => {
  const rotation = new Rotation(GRACE);
  const [kept, leaving] = [see('kept'), see('leaving')];
  rotation.apply('dir', [kept, leaving], at(0));
  rotation.apply('dir', [see('kept')], at(0));
  rotation.expire(GRACE);
  rotation.close();
  expect(text(kept.secret.reveal()) + text(leaving.secret.reveal())).toBe('\0'.repeat(11));
});

test('whatever the order of loads, a value shown less than the grace ago is always held', () => {
  const load = fc.record({
    provider: fc.constantFrom('dir', 'env'),
    values: fc.uniqueArray(fc.constantFrom('v0', 'v1', 'v2', 'v3')),
    wait: fc.integer({ min: 0, max: 700 }),
  });
  fc.assert(
    fc.property(fc.array(load, { maxLength: 30 }), (loads) => {
      const rotation = new Rotation(GRACE);
      const now = new Map<string, string[]>();
      const lastShown = new Map<string, number>();
      let clock = 0;
      for (const { provider, values, wait } of loads) {
        clock += wait;
        for (const value of [...now.values()].flat()) lastShown.set(value, clock);
        now.set(provider, values);
        for (const value of values) lastShown.set(value, clock);
        rotation.apply(
          provider,
          values.map((value) => see(value)),
          at(clock),
        );
        rotation.settled(rotation.generation);
        const live = [...now.values()].flat();
        const expected = [...lastShown].filter(([v, t]) => live.includes(v) || t + GRACE > clock);
        // Secrets held are not wiped, and none other is held.
        expect(Object.keys(states(rotation)).sort()).toEqual(expected.map(([v]) => v).sort());
      }
    }),
  );
});

test('a large load is taken in many steps, none of them longer for a larger load', () => {
  const rotation = new Rotation(GRACE);
  const stepsOf = (count: number): number => {
    const sightings = Array.from({ length: count }, (_, nth) => see(`value ${nth}`, `db/${nth}`));
    const steps = rotation.applying('dir', sightings, at(0));
    let taken = 1;
    while (steps.next().done !== true) taken++;
    return taken;
  };
  expect(stepsOf(50)).toBe(1);
  expect(stepsOf(10_000)).toBeGreaterThan(150);
  expect([...rotation.held()]).toHaveLength(10_000);
});

test('a Secret that is handed over again is not taken for its own duplicate', () => {
  const rotation = new Rotation(GRACE);
  const sighting = see('kept');
  rotation.apply('dir', [sighting], at(0));
  rotation.apply('dir', [sighting], at(1));
  expect(states(rotation)).toEqual({ kept: 'active' });
});

test('says which generation was the first to have every value', () => {
  const rotation = new Rotation(GRACE);
  rotation.apply('dir', [see('old'), see('kept', 'db/kept')], at(0));
  rotation.apply('dir', [see('kept', 'db/kept')], at(1));
  rotation.expire(GRACE + 1);
  expect([rotation.generation, rotation.newest]).toEqual([2, 1]);
});
