import { expect, test } from 'vitest';
import { trackedFiles } from './source-files.ts';

interface Locked {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly resolved?: string;
}

const text = trackedFiles().find(({ path }) => path === 'package-lock.json')!.text;
const { packages } = JSON.parse(text) as { packages: Readonly<Record<string, Locked>> };

test('the lock holds every optional build for every platform: npm ci takes no lock with a gap', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
    ),
  );
  expect(missing).toEqual([]);
});

test('the lock names no address to download from: each machine has its own', () => {
  expect(Object.entries(packages).filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});
