import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { compileNeedles } from '../../src/engine/compile-needles.ts';
import type { NeedleTables } from '../../src/engine/needle-tables.ts';
import { Secret } from '../../src/engine/secret.ts';
import { CompileThreadError, compileApart } from '../../src/pipeline/compile-apart.ts';

const folder = await mkdtemp(join(tmpdir(), 'unleak-thread-'));
afterAll(() => rm(folder, { recursive: true }));

const values = Array.from({ length: 50 }, (_, at) =>
  at % 7 === 0
    ? Buffer.from(`${randomBytes(20).toString('hex')}\n${randomBytes(300).toString('base64')}`)
    : randomBytes(8 + at),
);
const secrets = values.map((value, at) => new Secret({ name: `s${at}`, key: `s${at}`, part: '' }, value));

function sameBytes(a: unknown, b: unknown): boolean {
  const [one, other] = [a, b] as Uint8Array[];
  return Buffer.compare(Buffer.from(one!.buffer), Buffer.from(other!.buffer)) === 0;
}

/** Runs other code in the thread's place. */
async function instead(code: string): Promise<unknown> {
  const file = join(folder, `${randomBytes(6).toString('hex')}.mjs`);
  await writeFile(file, `import { parentPort, workerData } from 'node:worker_threads';\n${code}`);
  return compileApart(secrets, true, file).catch((error: unknown) => error);
}

test.each([true, false])('the thread makes the tables that are made here (near misses: %s)', async (near) => {
  const here = compileNeedles(values, near);
  const there = await compileApart(secrets, near);
  expect([there.count, there.whitespace]).toEqual([here.count, here.whitespace]);
  for (const [name, cells] of Object.entries(here.tables)) {
    const other = there.tables[name as keyof NeedleTables];
    // Not the cells themselves: a test's report would quote them.
    expect(other === cells || sameBytes(other, cells), name).toBe(true);
  }
  expect(secrets.map((secret) => Buffer.from(secret.reveal()))).toEqual(values);
});

test('no value at all is compiled too', async () => {
  expect(await compileApart([], true)).toEqual(compileNeedles([], true));
});

test('the memory that the thread shares holds no value after', async () => {
  const answered = (await instead('parentPort.postMessage(workerData.shared)')) as SharedArrayBuffer;
  expect(answered.byteLength).toBeGreaterThan(1000);
  expect(new Uint8Array(answered).every((byte) => byte === 0)).toBe(true);
});

test.each([
  ['throws', 'throw new RangeError(String.fromCharCode(...new Uint8Array(workerData.shared).slice(0, 8)))'],
  ['ends without an answer', ''],
  ['exits', 'process.exit(3)'],
])('a thread that %s is an error that quotes nothing', async (_, code) => {
  const error = (await instead(code)) as CompileThreadError;
  expect(error).toBeInstanceOf(CompileThreadError);
  expect(error.code).toBe('E_COMPILE_THREAD');
  expect(error.message).toMatch(
    /^the thread that compiles 50 secret values failed \((RangeError|exit code [03])\); /,
  );
});

test('a thread gets neither environment nor flags', async () => {
  expect(await instead('parentPort.postMessage([process.env, process.execArgv])')).toEqual([{}, []]);
});
