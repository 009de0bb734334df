import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bash, QUIET, type Running, scratch, startUnleak } from './running.ts';

const exec = (...argv: string[]): Running => startUnleak(['exec', ...QUIET, '--', ...argv]);
const node = (script: string): Running => exec(process.execPath, '-e', script);

test('stdout and stderr come apart, each in order, both redacted', async () => {
  const path = join(scratch(), 'token.txt');
  writeFileSync(path, randomBytes(18).toString('hex'));
  const script = `for i in $(seq 200); do echo "out $i $(cat ${path})"; echo "err $i $(cat ${path})" >&2; done`;
  const run = startUnleak(['exec', ...QUIET, '--secret-file', path, '--', 'sh', '-c', script]);
  expect((await run.ended).code).toBe(0);
  for (const [name, came] of [
    ['out', run.stdout],
    ['err', run.stderr],
  ] as const) {
    const lines = Array.from({ length: 200 }, (_, i) => `${name} ${i + 1} [REDACTED:token.txt]\n`);
    expect(came.toString()).toBe(lines.join(''));
  }
});

test.each([
  ['its own', 'exit 7', 7],
  ['that of TERM', 'kill -TERM $$', 143],
  ['that of SEGV', 'kill -SEGV $$', 139],
  ['that of PIPE', 'kill -PIPE $$', 141],
])('returns the exit code of the child: %s', async (_, script, code) => {
  expect(await exec('sh', '-c', script).ended).toEqual({ code, signal: null });
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const)(
  '%s reaches the child',
  async (signal) => {
    const run = node(`process.on('${signal}', () => { console.log('got it'); process.exit(9) });
      setInterval(() => {}, 1000); console.log('up')`);
    await run.until('stdout', 'up');
    run.child.kill(signal);
    expect(await run.ended).toEqual({ code: 9, signal: null });
    expect(run.stdout.toString()).toBe('up\ngot it\n');
  },
);

test('a command that is not there gives 127 and says so', async () => {
  const run = exec('unleak-test-no-such-command');
  expect((await run.ended).code).toBe(127);
  expect(run.stderr.toString()).toContain('E_COMMAND_NOT_FOUND');
});

test('a file that is not executable gives 126 and says so', async () => {
  const file = join(scratch(), 'plain');
  writeFileSync(file, 'text', { mode: 0o644 });
  const run = exec(file);
  expect((await run.ended).code).toBe(126);
  expect(run.stderr.toString()).toContain('E_COMMAND_NOT_RUN');
});

test('the child reads our stdin', async () => {
  const run = exec('cat');
  run.child.stdin!.end('from above\n');
  await run.ended;
  expect(run.stdout.toString()).toBe('from above\n');
});

test('the child can open its stdout and stderr by name', async () => {
  const run = exec('sh', '-c', 'echo one > /dev/stdout; echo two > /dev/stderr');
  expect((await run.ended).code).toBe(0);
  expect([run.stdout.toString(), run.stderr.toString()]).toEqual(['one\n', 'two\n']);
});

test('a closed downstream ends the child by SIGPIPE', async () => {
  const run = bash(`$UNLEAK exec $QUIET -- yes | head -n 1; echo "\${PIPESTATUS[0]}"`);
  await run.ended;
  expect(run.stdout.toString()).toBe('y\n141\n');
});

test('a child that ignores SIGPIPE gets EPIPE', async () => {
  const child = `process.stdout.on('error', (e) => { console.error(e.code); process.exit(3) });
    setInterval(() => process.stdout.write('line\\n'), 5)`;
  const run = bash(`$UNLEAK exec $QUIET -- $NODE -e "${child}" | head -n 1; echo "\${PIPESTATUS[0]}"`);
  await run.ended;
  expect(run.stdout.toString()).toBe('line\n3\n');
  expect(run.stderr.toString()).toBe('EPIPE\n');
});

test('nothing raw appears when unleak itself is killed', async () => {
  const dir = scratch();
  const token = join(dir, 'token.txt');
  const value = randomBytes(18).toString('hex');
  writeFileSync(token, value);
  const done = join(dir, 'done');
  // The child goes on until its stdout is gone, whenever that is, and says at the end that it did.
  const child = `trap '' PIPE; while ! [ -s ${dir}/broken ]; do echo "leak $(cat ${token})" 2>> ${dir}/broken; sleep 0.1; done; : > ${done}`;
  const out = openSync(join(dir, 'out'), 'w');
  const run = startUnleak(
    ['exec', ...QUIET, '--secret-file', token, '--', 'sh', '-c', child],
    ['ignore', out, 'ignore'],
  );
  closeSync(out);
  const text = (): string => readFileSync(join(dir, 'out'), 'utf8');
  while (!text().includes('[REDACTED:')) await new Promise((done) => setTimeout(done, 10));
  run.child.kill('SIGKILL');
  await run.ended;
  const exists = (): boolean => spawnSync('test', ['-e', done]).status === 0;
  while (!exists()) await new Promise((done) => setTimeout(done, 20));
  expect(text().includes(value)).toBe(false);
  expect(text()).toMatch(/^(leak \[REDACTED:token\.txt\]\n)+$/);
  expect(readFileSync(join(dir, 'broken'), 'utf8')).toMatch(/Broken pipe|I\/O error/);
});

test('what a process left behind still writes shortly after is passed on', async () => {
  // It waits for its parent to be gone, not for a time.
  const left = '(while kill -0 $$ 2> /dev/null; do :; done; echo late)';
  const run = exec('sh', '-c', `${left} & echo now; exit 5`);
  expect((await run.ended).code).toBe(5);
  expect(run.stdout.toString()).toBe('now\nlate\n');
});

test('a process left behind that never stops writing does not keep us', async () => {
  const run = bash('$UNLEAK exec $QUIET -- sh -c "yes & exit 5" > /dev/null; echo $?');
  await run.ended;
  expect(run.stdout.toString()).toBe('5\n');
});

test('a reader that is slow after the end of the child gets every byte', async () => {
  const slow = `process.stdin.pause(); setTimeout(() => process.stdin.pipe(process.stdout), 1500)`;
  const run = bash(`$UNLEAK exec $QUIET -- head -c 300000 /dev/zero | $NODE -e '${slow}'`);
  await run.ended;
  expect(run.stdout.length).toBe(300_000);
});

const tty = spawnSync('script', ['--version']).status === 0;
const onTerminal = (command: string): Running => bash(`script -qefc '${command}' /dev/null`);

test.runIf(tty)('a prompt without newline appears on a terminal (needs script(1))', async () => {
  const run = onTerminal(`exec $UNLEAK exec $QUIET -- sh -c "printf name?\\ ; read x; echo hello \\$x"`);
  await run.until('stdout', 'name? ');
  run.child.stdin!.write('you\n');
  await run.until('stdout', 'hello you');
  expect((await run.ended).code).toBe(0);
});

test.runIf(tty)('Ctrl-C reaches the child once (needs script(1))', async () => {
  // Short sleeps: an interrupt between two commands ends no sleep that begins behind it.
  const child =
    'trap "echo INT; met=1" INT; echo up; for n in $(seq 600); do [ -n "$met" ] && break; sleep 0.1; done; sleep 0.5; exit 4';
  const file = join(scratch(), 'child.sh');
  writeFileSync(file, child);
  const run = onTerminal(`exec $UNLEAK exec $QUIET -- sh ${file}`);
  await run.until('stdout', 'up');
  run.child.stdin!.write('\x03');
  expect((await run.ended).code).toBe(4);
  expect(run.stdout.toString().match(/INT/g)).toHaveLength(1);
});

const namespaces = spawnSync('unshare', ['--pid', '--fork', 'true']).status === 0;
test.runIf(namespaces)('runs as process 1 (needs root)', async () => {
  const run = bash(
    'unshare --pid --fork --mount-proc $UNLEAK exec $QUIET -- sh -c "echo child of $PPID; exit 4"',
  );
  expect((await run.ended).code).toBe(4);
  expect(run.stdout.toString()).toMatch(/^child of \d+\n$/);
});

test('the pipes of the child are none of Node (no descriptor of ours leaks into it)', async () => {
  const ours = execFileSync('sh', ['-c', 'ls /proc/self/fd | wc -l']).toString().trim();
  const run = exec('sh', '-c', 'ls /proc/self/fd | wc -l');
  await run.ended;
  expect(run.stdout.toString().trim()).toBe(ours);
});
