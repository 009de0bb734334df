import { expect, test } from 'vitest';
import { runFilter } from '../../src/pipeline/filter.ts';
import type { Run } from '../../src/pipeline/run.ts';
import { Ear } from './doubles.ts';

test('while the secrets are read HUP ends nothing, and TERM ends it as ever', async () => {
  const listeners = process.listenerCount('SIGHUP');
  const store = { load: () => new Promise(() => {}) };
  const running = runFilter({ observer: new Ear(), store } as unknown as Run);
  // A signal that nobody listens for ends the process.
  expect(process.listenerCount('SIGHUP')).toBe(listeners + 1);
  process.emit('SIGHUP', 'SIGHUP');
  process.emit('SIGTERM', 'SIGTERM');
  expect(await running).toBe(143);
  expect(process.listenerCount('SIGHUP')).toBe(listeners);
});
