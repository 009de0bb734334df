import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bash, QUIET, scratch, startUnleak } from './running.ts';

const sha = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A file with one made-up value, and the value. */
function secretFile(): { path: string; value: string } {
  const path = join(scratch(), 'token.txt');
  const value = randomBytes(18).toString('hex');
  writeFileSync(path, value);
  return { path, value };
}

test('binary noise passes through a pipe unchanged', async () => {
  const noise = join(scratch(), 'noise');
  writeFileSync(noise, randomBytes(3_000_000));
  const run = bash(`cat ${noise} | $UNLEAK $QUIET --no-detectors | cat`);
  await run.ended;
  expect(sha(run.stdout)).toBe(sha(readFileSync(noise)));
});

test('binary noise passes from file to file unchanged', async () => {
  const dir = scratch();
  writeFileSync(join(dir, 'in'), randomBytes(3_000_000));
  const run = bash(`$UNLEAK $QUIET --no-detectors < ${dir}/in > ${dir}/out`);
  await run.ended;
  expect(sha(readFileSync(join(dir, 'out')))).toBe(sha(readFileSync(join(dir, 'in'))));
});

test.each([
  ['closed at start', '<&-'],
  ['the null device', '</dev/null'],
  ['an empty pipe', '< <(true)'],
])('ends well when stdin is %s', async (_, from) => {
  const run = bash(`$UNLEAK $QUIET ${from}`);
  expect(await run.ended).toEqual({ code: 0, signal: null });
  expect(run.stdout.length).toBe(0);
});

test('a directory as stdin is told, with exit code 1', async () => {
  const run = bash(`$UNLEAK $QUIET < /tmp`);
  expect((await run.ended).code).toBe(1);
  expect(run.stderr.toString()).toContain('E_SOURCE_READ');
});

test('a value cut between two writes does not leave', async () => {
  const { path, value } = secretFile();
  const run = startUnleak([...QUIET, '--secret-file', path]);
  run.child.stdin!.write(`before\nx ${value.slice(0, 17)}`);
  await run.until('stdout', 'before');
  run.child.stdin!.end(`${value.slice(17)} y\n`);
  await run.ended;
  expect(run.stdout.toString()).toBe('before\nx [REDACTED:token.txt] y\n');
});

test('what may begin a value leaves after the hold time, the source still open', async () => {
  const { path, value } = secretFile();
  const run = startUnleak([...QUIET, '--secret-file', path, '--hold', '100ms']);
  run.child.stdin!.write(`Continue? ${value.slice(0, 4)}`);
  await run.until('stdout', `Continue? ${value.slice(0, 4)}`);
  run.child.stdin!.end();
  expect((await run.ended).code).toBe(0);
});

test('a long part of a value is replaced after the hold time', async () => {
  const { path, value } = secretFile();
  const run = startUnleak([...QUIET, '--secret-file', path, '--hold', '100ms']);
  run.child.stdin!.write(`token ${value.slice(0, 20)}`);
  await run.until('stdout', '[REDACTED:');
  run.child.stdin!.end();
  await run.ended;
  expect(run.stdout.includes(value.slice(0, 12))).toBe(false);
});

test('a reader that goes away ends it as SIGPIPE would', async () => {
  const run = bash(`yes | $UNLEAK $QUIET | head -n 1; echo "\${PIPESTATUS[1]}"`);
  await run.ended;
  expect(run.stdout.toString()).toBe('y\n141\n');
});

test('a slow reader on a non-blocking pipe gets every byte', async () => {
  const noise = join(scratch(), 'noise');
  writeFileSync(noise, randomBytes(1_000_000));
  const slow = `process.stdin.pause(); setTimeout(() => process.stdin.pipe(process.stdout), 700)`;
  const run = bash(`$UNLEAK $QUIET --no-detectors < ${noise} | $NODE -e '${slow}'`);
  await run.ended;
  expect(sha(run.stdout)).toBe(sha(readFileSync(noise)));
});

test('a full device is waited for, and given up with exit code 1 after TERM', async () => {
  const run = bash('echo line | (exec $UNLEAK $QUIET) > /dev/full & wait $!', ['ignore', 'ignore', 'pipe']);
  await run.until('stderr', 'E_SINK_FULL');
  const pid = execFileSync('pgrep', ['-f', `^${process.execPath}.*main.js`, '-P', `${run.child.pid}`])
    .toString()
    .trim();
  process.kill(Number(pid), 'SIGTERM');
  expect((await run.ended).code).toBe(1);
  expect(run.stderr.toString()).toContain('E_SINK_GIVEN_UP');
});

const root = process.getuid?.() === 0;
test.runIf(root)('nothing is lost when a full file system gets room again (needs root)', async () => {
  const dir = scratch();
  const disk = join(dir, 'disk');
  mkdirSync(disk);
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]);
  try {
    writeFileSync(join(disk, 'filler'), randomBytes(700_000));
    writeFileSync(join(dir, 'in'), randomBytes(900_000));
    const run = bash(`$UNLEAK $QUIET --no-detectors < ${dir}/in > ${disk}/out`);
    await run.until('stderr', 'E_SINK_FULL');
    rmSync(join(disk, 'filler'));
    expect((await run.ended).code).toBe(0);
    expect(sha(readFileSync(join(disk, 'out')))).toBe(sha(readFileSync(join(dir, 'in'))));
  } finally {
    execFileSync('umount', ['-l', disk]);
  }
});

test('TERM lets the other side finish, then ends with 143', async () => {
  const run = startUnleak([...QUIET]);
  run.child.stdin!.write('one\n');
  await run.until('stdout', 'one');
  run.child.kill('SIGTERM');
  run.child.stdin!.write('last words\n');
  expect((await run.ended).code).toBe(143);
  expect(run.stdout.toString()).toBe('one\nlast words\n');
});

test('HUP reads the secrets again and ends nothing', async () => {
  const { path } = secretFile();
  const run = startUnleak([...QUIET, '--log-level', 'info', '--secret-file', path]);
  // As early as can be: what it was started with is known, and not in use yet.
  await run.until('stderr', 'SECRETS_LOADED');
  const fresh = randomBytes(18).toString('hex');
  writeFileSync(path, fresh);
  run.child.kill('SIGHUP');
  await run.until('stderr', 'generation 2 runs');
  run.child.stdin!.end(`now ${fresh}\n`);
  expect((await run.ended).code).toBe(0);
  expect(run.stdout.toString()).toBe('now [REDACTED:token.txt]\n');
});

test('USR1 does not open the inspector', async () => {
  const run = startUnleak([...QUIET]);
  run.child.stdin!.write('one\n');
  await run.until('stdout', 'one');
  run.child.kill('SIGUSR1');
  run.child.stdin!.end('two\n');
  await run.ended;
  expect(run.stdout.toString()).toBe('one\ntwo\n');
  expect(run.stderr.toString()).toBe('');
});

test('a secret file that cannot be read stops it before the first byte', async () => {
  const missing = join(scratch(), 'missing');
  expect(existsSync(missing)).toBe(false);
  const run = startUnleak([...QUIET, '--secret-file', missing]);
  run.child.stdin!.end('line\n');
  expect((await run.ended).code).not.toBe(0);
  expect(run.stdout.length).toBe(0);
});
