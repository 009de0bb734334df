import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bash, scratch, startUnleak } from './running.ts';
import { linesWith, toTheEnd } from './to-the-end.ts';

/** A file with one made-up value, and the value. */
function secretFile(): { path: string; value: string } {
  const path = join(scratch(), 'token.txt');
  const value = randomBytes(18).toString('hex');
  writeFileSync(path, value);
  return { path, value };
}

/** A reader that begins after a while, on a pipe that it made non-blocking. */
const SLOW = `process.stdin.pause(); setTimeout(() => process.stdin.pipe(process.stdout), 1000)`;

test.each([
  ['the filter', '$UNLEAK $QUIET --secret-file $FILE'],
  ['exec', '$UNLEAK exec $QUIET --secret-file $FILE -- cat'],
])('EPIPE: %s ends as SIGPIPE would, without a word, and nothing raw was written', async (_, form) => {
  const { path, value } = secretFile();
  const script = `while echo "x ${value}"; do printf "\\n%.0s" {1..20}; done 2> /dev/null | ${form.replace('$FILE', path)} | head -n 1; echo "\${PIPESTATUS[1]}"`;
  const ended = await toTheEnd(bash(script));
  expect(ended.out).toBe('x [REDACTED:token.txt]\n141\n');
  expect(ended.err).toBe('');
});

test.each([
  ['the filter', '$UNLEAK $QUIET --secret-file $FILE'],
  ['exec', '$UNLEAK exec $QUIET --secret-file $FILE -- cat'],
])('ENOSPC: %s waits and says so; ended by TERM it says what was not written', async (_, form) => {
  const { path, value } = secretFile();
  const script = `echo "x ${value}" | (exec ${form.replace('$FILE', path)}) > /dev/full & echo $!; wait $!`;
  const run = bash(script, ['ignore', 'pipe', 'pipe']);
  await run.until('stderr', 'E_SINK_FULL');
  process.kill(Number(run.stdout.toString()), 'SIGTERM');
  const ended = await toTheEnd(run);
  expect(ended.code).toBe(1);
  expect(ended.err).toContain('stdout: no space left (ENOSPC)');
  expect(ended.err).toContain('Make room on the file system the output leads to');
  expect(linesWith('E_SINK_GIVEN_UP', ended)).toBe(1);
  expect(ended.err).not.toContain(value);
});

test('EAGAIN: a reader that sleeps on a non-blocking pipe gets every line, redacted, in order', async () => {
  const { path, value } = secretFile();
  const lines = Array.from({ length: 20_000 }, (_, n) => `${n} ${n % 6 === 0 ? value : '-'}\n`).join('');
  const input = join(scratch(), 'in');
  writeFileSync(input, lines);
  for (const form of [
    `$UNLEAK $QUIET --secret-file ${path}`,
    `$UNLEAK exec $QUIET --secret-file ${path} -- cat`,
  ]) {
    const ended = await toTheEnd(bash(`${form} < ${input} | $NODE -e '${SLOW}'`));
    expect(ended.err).toBe('');
    expect(ended.out === lines.replaceAll(value, '[REDACTED:token.txt]')).toBe(true);
  }
});

test('EAGAIN: the summary on a full stderr waits for its reader', async () => {
  const fill = "head -c 65536 /dev/zero | tr '\\0' x >&2";
  const run = bash(`$UNLEAK exec $QUIET --stats - -- sh -c "${fill}" 2>&1 >/dev/null | $NODE -e '${SLOW}'`);
  const { out } = await toTheEnd(run);
  expect(out.startsWith('x'.repeat(65_536))).toBe(true);
  expect(JSON.parse(out.slice(65_536))).toMatchObject({ bytesIn: 65_536, bytesOut: 65_536 });
});

test.each([
  ['what reads', '-- cat', ''],
  ['what does not read', '-- echo done', 'done\n'],
])('stdin closed at once: exec of %s ends well', async (_, rest, out) => {
  expect(await toTheEnd(bash(`$UNLEAK exec $QUIET ${rest} <&-`))).toEqual({ code: 0, out, err: '' });
});

test('stdin that cannot be read is told, with 1', async () => {
  const ended = await toTheEnd(bash('$UNLEAK $QUIET 0> /dev/null'));
  expect([ended.code, ended.out]).toEqual([1, '']);
  expect(linesWith('E_SOURCE_READ', ended)).toBe(1);
  expect(ended.err).toContain('stdin: cannot read (EBADF)');
});

test.each([['--help'], ['secrets list']])(
  'an answer that cannot be written is told, with 1: %s',
  async (words) => {
    const ended = await toTheEnd(bash(`$UNLEAK ${words} > /dev/full`));
    expect(ended.code).toBe(1);
    expect(ended.err).toContain('unleak: E_STDOUT stdout: cannot write the answer (ENOSPC)');
  },
);

test('a full ledger and a full summary are told, with 1; the stream is complete', async () => {
  const { path, value } = secretFile();
  const full = '--ledger /dev/full --stats /dev/full';
  const ended = await toTheEnd(bash(`$UNLEAK $QUIET --secret-file ${path} ${full}`), `x ${value}\n`);
  expect([ended.code, ended.out]).toEqual([1, 'x [REDACTED:token.txt]\n']);
  for (const code of ['E_LEDGER_WRITE', 'E_LEDGER_LOST', 'E_STATS_WRITE'])
    expect(linesWith(code, ended)).toBe(1);
  expect(ended.err).not.toContain(value);
});

test.each([
  ['the summary', '--stats /dev/full', 'true', 1],
  ['the ledger', '--ledger /dev/full', 'cat', 1],
  ['the summary of a command with a code of its own,', '--stats /dev/full', 'sh -c "exit 7"', 7],
])(
  '%s that is not written counts for exec too, unless the command has said more',
  async (_, flag, argv, code) => {
    const { path, value } = secretFile();
    const words = `exec $QUIET --secret-file ${path} ${flag} -- ${argv}`;
    expect((await toTheEnd(bash(`$UNLEAK ${words}`), `x ${value}\n`)).code).toBe(code);
  },
);

test('an empty word for a command is told, with 2: a variable was not set', async () => {
  const ended = await toTheEnd(startUnleak(['exec', '--', '']));
  expect([ended.code, ended.out]).toEqual([2, '']);
  expect(ended.err).toContain('exec: the command is an empty word; nothing was run');
});
