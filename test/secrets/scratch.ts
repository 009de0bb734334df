import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach } from 'vitest';
import { Secret } from '../../src/engine/secret.ts';
import type { Provider, Watch } from '../../src/secrets/provider.ts';

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step();
});

/** Runs after the test, last registered first. */
export function afterwards(step: () => void): void {
  undo.push(step);
}

/** A directory of the test's own, removed after it. */
export function scratchDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'unleak-secrets-'));
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A value nobody has: 24 random characters. */
export function freshValue(): string {
  return randomBytes(18).toString('base64url');
}

export function secretOf(name: string, value: string): Secret {
  return new Secret({ name, key: name.split('/').at(-1)!, part: '' }, Buffer.from(value));
}

export const text = (bytes: Uint8Array | null): string => Buffer.from(bytes!).toString('latin1');

/** Waits until it holds. The limit is only there to fail rather than hang. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; waited < 20_000; waited += 2) {
    if (await holds()) return;
    await sleep(2);
  }
  throw new Error(`never happened: ${what}`);
}

/** The values of one load as text, with how they were seen. */
export async function valuesOf(provider: Provider): Promise<Record<string, string>> {
  const { values } = await provider.load();
  return Object.fromEntries(values.map(({ origin, bytes }) => [origin.name, text(bytes)]));
}

/** Watches a provider and counts what it tells. */
export function counting(provider: Provider): { readonly count: number; readonly watch: Watch } {
  let count = 0;
  const watch = provider.watch(() => {
    count++;
  });
  undo.push(() => watch.close());
  return {
    get count() {
      return count;
    },
    watch,
  };
}

/** Runs without the right to read everything: root's reads never fail. Only the calls begun and ended inside count. */
export async function asNobody<T>(run: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return run();
  process.seteuid!(65534);
  try {
    return await run();
  } finally {
    process.seteuid!(0);
  }
}
