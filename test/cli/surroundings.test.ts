import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { internalFault } from '../../src/cli/hygiene.ts';
import { MAIN, scratch, unleak } from './run-built.ts';

const running: { kill(signal: 'SIGKILL'): unknown }[] = [];
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

/** The filter, waiting for input; resolves once it has passed a first line. */
async function filtering(argv: readonly string[] = []) {
  const env = { PATH: process.env.PATH ?? '' };
  const child = spawn(process.execPath, [MAIN, ...argv], { cwd: scratch(), env, stdio: 'pipe' });
  running.push(child);
  let stderr = '';
  child.stderr.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  const out: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => out.push(bytes));
  child.stdin.write('first\n');
  while (!Buffer.concat(out).includes('first\n')) await once(child.stdout, 'data');
  return { child, out, stderr: () => stderr };
}

test('in a pipe every line of the log is JSON with a time, a level and a code', async () => {
  const { stdout, stderr } = await unleak(['--log-level', 'debug'], { input: 'x\n' });
  expect(stdout).toBe('x\n');
  const lines = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(line).toMatchObject({
      name: 'unleak',
      msg: expect.any(String),
      code: expect.stringMatching(/^[A-Z_]+$/),
    });
    expect(line.time).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect(['debug', 'info', 'warn', 'error']).toContain(line.level);
  }
});

test('without trouble nothing is said', async () => {
  expect(await unleak([], { input: 'x\n' })).toMatchObject({ code: 0, stdout: 'x\n', stderr: '' });
});

test('USR1 does not open the inspector, a door to the memory that holds the secrets', async () => {
  const { child, out, stderr } = await filtering();
  child.kill('SIGUSR1');
  child.stdin.write('second\n');
  while (!Buffer.concat(out).includes('second\n')) await once(child.stdout, 'data');
  child.stdin.end();
  const [code] = await once(child, 'close');
  expect([code, stderr()]).toEqual([0, '']);
});

test('a closed stderr is no reason to stop the stream', async () => {
  const { child, out } = await filtering(['--log-level', 'debug', '--stats', '-']);
  child.stderr.destroy();
  child.kill('SIGHUP');
  child.stdin.end('second\n');
  const [code] = await once(child, 'close');
  expect(Buffer.concat(out).toString()).toBe('first\nsecond\n');
  expect(code).toBe(0);
});

test('Node flags that write memory to disk are named', async () => {
  const { stderr } = await unleak(['config', 'check', '--no-detectors'], {
    env: { NODE_OPTIONS: '--report-on-signal' },
  });
  expect(stderr).toContain('E_UNSAFE_NODE_OPTION Node runs with --report-on-signal');
});

test('an internal fault tells class, code and place, not its message', () => {
  const value = randomBytes(12).toString('hex');
  const messages = [value, `{"a": "${value}"}`, `x\n    at ${value} (file:///x.js:1:1)\n    at y`];
  for (const message of messages) {
    const told = internalFault(Object.assign(new RangeError(message), { code: 'ERR_X' }));
    expect(told).toContain('E_INTERNAL RangeError ERR_X');
    expect(told).not.toContain(value);
  }
  const thrown = ((): unknown => {
    try {
      return JSON.parse(`{${value}`);
    } catch (error) {
      return error;
    }
  })();
  expect(internalFault(thrown)).not.toContain(value.slice(0, 6));
  expect(internalFault(value)).not.toContain(value);
});

test('a start whose compile thread fails while the rest is made says so, and passes nothing', async () => {
  const dir = scratch();
  const root = dirname(dirname(MAIN));
  for (const part of ['dist', 'package.json']) cpSync(join(root, part), join(dir, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));
  rmSync(join(dir, 'dist', 'pipeline', 'compile-worker.js'));
  mkdirSync(join(dir, 'secrets'));
  const value = () => randomBytes(32).toString('hex');
  for (let i = 0; i < 300; i++) writeFileSync(join(dir, 'secrets', `key-${i}`), value());
  const { code, stdout, stderr } = await unleak(['--secrets-dir', join(dir, 'secrets')], {
    input: 'x\n',
    main: join(dir, 'dist', 'main.js'),
  });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^unleak: E_COMPILE_THREAD the thread that compiles 300 secret values failed \(/);
});
