import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { bash, QUIET, scratch, startUnleak } from './running.ts';
import { type Ended, linesWith, toTheEnd } from './to-the-end.ts';

const fresh = (bytes = 18): string => randomBytes(bytes).toString('hex');

/** Root reads everything: these rights are taken from it. Others need nothing taken. */
const asUser = process.getuid?.() === 0 ? 'setpriv --bounding-set -dac_override,-dac_read_search ' : '';

/** A directory with one good value, and the value. */
function secretDir(): { dir: string; value: string } {
  const dir = join(scratch(), 'db');
  mkdirSync(dir);
  const value = fresh();
  writeFileSync(join(dir, 'token'), value);
  return { dir, value };
}

const filter = (dir: string, input: string): Promise<Ended> =>
  toTheEnd(startUnleak([...QUIET, '--secrets-dir', dir]), input);
const list = (dir: string): Promise<Ended> =>
  toTheEnd(startUnleak(['secrets', 'list', '--secret-env', 'UNLEAK_TEST_NONE', '--secrets-dir', dir]));

const locked: string[] = [];
afterEach(() => {
  // Before the scratch directory goes.
  for (const path of locked.splice(0)) chmodSync(path, 0o700);
});
function lock(path: string): void {
  chmodSync(path, 0);
  locked.push(path);
}

test.each([
  ['the filter', '$UNLEAK $QUIET', ''],
  ['exec', '$UNLEAK exec $QUIET', '-- echo ran'],
  ['secrets list', '$UNLEAK secrets list', ''],
])('what cannot be read stops %s before a byte is read (needs setpriv as root)', async (_, form, rest) => {
  const shut = secretDir();
  lock(shut.dir);
  const half = secretDir();
  const hidden = join(half.dir, 'hidden');
  const file = join(scratch(), 'file');
  for (const path of [hidden, file]) {
    writeFileSync(path, fresh());
    lock(path);
  }
  const flags = `--secrets-dir ${shut.dir} --secrets-dir ${half.dir} --secret-file ${file}`;
  const ended = await toTheEnd(bash(`${asUser}${form} ${flags} ${rest}`), `x ${half.value}\n`);
  expect(ended.code).toBe(3);
  expect(ended.out).not.toMatch(/ran|^x/);
  for (const [code, path, verb] of [
    ['E_SECRET_DIR_UNREADABLE', shut.dir, 'listed'],
    ['E_SECRET_UNREADABLE', hidden, 'read'],
    ['E_SECRET_UNREADABLE', file, 'read'],
  ]) {
    expect(ended.err).toContain(`${code} ${path} cannot be ${verb}: permission denied (EACCES); `);
  }
  expect(ended.err.match(/Give the user that runs unleak read access/g)).toHaveLength(3);
});

test('what is missing or of another kind is told at once, each with what to do', async () => {
  const { dir } = secretDir();
  symlinkSync('circle', join(dir, 'circle'));
  const rows: readonly (readonly [string, string, string, string])[] = [
    ['--secrets-dir', 'absent', 'E_SECRET_DIR_MISSING', 'Mount the Secret there, or leave'],
    ['--secrets-dir', 'token', 'E_SECRET_DIR_IS_FILE', 'Name a single file with --secret-file'],
    ['--secrets-dir', 'circle', 'E_SECRET_DIR_UNREADABLE', 'Mend or remove the link'],
    ['--secret-file', 'absent', 'E_SECRET_FILE_MISSING', 'Mount it, or leave it out'],
    ['--secret-file', '.', 'E_SECRET_NOT_A_FILE', 'Name a directory with --secrets-dir'],
    ['--secret-file', 'circle', 'E_SECRET_UNREADABLE', 'Mend or remove the link'],
  ];
  const flags = rows.flatMap(([flag, name]) => [flag, join(dir, name)]);
  const ended = await toTheEnd(startUnleak([...QUIET, ...flags]), 'x\n');
  expect([ended.code, ended.out]).toEqual([3, '']);
  expect(ended.err).toMatch(/^unleak: E_SECRETS_UNREADABLE .* nothing was read or run/);
  const lines = ended.err.split('\n');
  for (const [, name, code, advice] of rows) {
    const told = lines.filter((line) => line.startsWith(`${code} ${join(dir, name)} `));
    expect([code, told]).toEqual([code, [expect.stringContaining(advice)]]);
  }
});

test('an empty directory is told, and the stream passes', async () => {
  const dir = scratch();
  const ended = await filter(dir, 'x\n');
  expect([ended.code, ended.out]).toEqual([0, 'x\n']);
  expect(linesWith('E_SECRET_DIR_EMPTY', ended)).toBe(1);
  expect(ended.err).toContain(`${dir} holds no file`);
});

test('a file of 10 MB is told; its first MiB and the values beside it are redacted', async () => {
  const { dir, value } = secretDir();
  const blob = randomBytes(5 * 1024 * 1024).toString('hex');
  writeFileSync(join(dir, 'blob'), blob);
  const ended = await filter(dir, `x ${value}\ny ${blob.slice(500_000, 501_000)}\n`);
  expect(ended.code).toBe(0);
  expect(linesWith('E_SECRET_TOO_LONG', ended)).toBe(1);
  expect(ended.err).toContain(`${dir}/blob is longer than 1048576 bytes`);
  const [first, second] = ended.out.split('\n');
  expect(first).toBe('x [REDACTED:db/token]');
  expect(second).toContain('[REDACTED:db/blob]');
});

test('a directory loop is told link by link, and every value is read once', async () => {
  const { dir, value } = secretDir();
  mkdirSync(join(dir, 'sub'));
  const inner = fresh();
  writeFileSync(join(dir, 'sub', 'inner'), inner);
  symlinkSync('..', join(dir, 'sub', 'up'));
  symlinkSync('.', join(dir, 'self'));
  symlinkSync('circle', join(dir, 'circle'));
  const ended = await filter(dir, `x ${value} ${inner}\n`);
  expect([ended.code, ended.out]).toEqual([0, 'x [REDACTED:db/token] [REDACTED:sub/inner]\n']);
  expect(linesWith('E_SECRET_DIR_LOOP', ended)).toBe(3);
  for (const link of ['sub/up', 'self', 'circle']) expect(ended.err).toContain(`${dir}/${link} `);
});

test('a value that is empty, white space, one byte or a common word is named, not matched', async () => {
  const { dir, value } = secretDir();
  const weak = { empty: '', blank: ' \n\t ', one: 'x', word: 'admin' };
  for (const [name, bytes] of Object.entries(weak)) writeFileSync(join(dir, name), bytes);
  const line = 'x admin one x  \t empty\n';
  const ended = await filter(dir, `${line}y ${value}\n`);
  expect([ended.code, ended.out]).toEqual([0, `${line}y [REDACTED:db/token]\n`]);
  expect(linesWith('SECRETS_NOT_MATCHED', ended)).toBe(1);
  for (const name of Object.keys(weak)) expect(ended.err).toContain(`db/${name}: `);
  expect(ended.err).toContain('unleak secrets list');
  const listed = await list(dir);
  expect(listed.code).toBe(0);
  for (const name of Object.keys(weak)) {
    expect(listed.out).toMatch(new RegExp(`^db/${name} .* NOT MATCHED  \\S`, 'm'));
  }
});

test('a value of 1 MiB is redacted, in one line and cut in pieces, on its way through a pipe', async () => {
  const { dir } = secretDir();
  const value = randomBytes(512 * 1024).toString('hex');
  writeFileSync(join(dir, 'mega'), value);
  const ended = await filter(dir, `a ${value} b\nc ${value.slice(300_000, 301_024)}\n`);
  expect(ended.code).toBe(0);
  expect(ended.err).toBe('');
  const [first, second] = ended.out.split('\n');
  expect(first).toBe('a [REDACTED:db/mega] b');
  expect(second).toMatch(/^c [0-9a-f]{0,255}\[REDACTED:db\/mega\][0-9a-f]{0,255}$/);
});
