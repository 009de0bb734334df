import { describe, expect, test } from 'vitest';
import { cases, SEED } from '../campaigns/size.ts';
import { Chance } from '../support/generate-random.ts';
import { drawSecret } from '../support/generate-secrets.ts';
import { leaks, seek } from '../support/oracle.ts';
import { expectNone } from '../support/oracle-report.ts';
import { matcherOf, named, Tap } from '../support/redact-stream.ts';

const VALUE = Buffer.from('correct-horse-battery-staple');
const matcher = matcherOf([{ name: 'db', value: VALUE }]);

describe.each(['text', 'json', 'auto'] as const)('as %s', (format) => {
  test.each(['Password: ', 'login: ', 'postgres=# ', '$ ', 'Continue? [y/N] ', '.....', '42%\r'])(
    'the prompt %j leaves at once, without waiting for silence',
    (prompt) => {
      const tap = new Tap(matcher, format);
      const left = tap.push(prompt);
      expect(prompt.startsWith(left.toString())).toBe(true);
      expect(prompt.length - left.length).toBeLessThanOrEqual(7);
      expect(tap.redactor.held).toBe(prompt.length - left.length);
      tap.idle();
      expect(tap.all().toString()).toBe(prompt);
      expect(tap.redactor.held).toBe(0);
    },
  );

  test('a held part of 8 or more bytes is replaced at the deadline, and the rest is redacted when it comes', () => {
    for (let cut = 8; cut < VALUE.length; cut++) {
      const tap = new Tap(matcher, format);
      tap.push(Buffer.concat([Buffer.from('pw='), VALUE.subarray(0, cut)]));
      tap.idle();
      expect(tap.all().toString()).toBe('pw=[REDACTED:db]');
      tap.push(Buffer.concat([VALUE.subarray(cut), Buffer.from(' ok\n')]));
      tap.end();
      const text = tap.all().toString();
      expect(text.replaceAll('[REDACTED:db]', '')).toBe('pw= ok\n');
    }
  });

  test('a held part that was replaced and did not go on takes nothing of what follows with it', () => {
    const tap = new Tap(matcher, format);
    tap.push(VALUE.subarray(0, 12));
    tap.idle();
    tap.push('hello world\n');
    tap.end();
    expect(tap.all().toString()).toBe('[REDACTED:db]hello world\n');
  });

  test('silence in the middle of a value, at any byte, never lets the whole value out', () => {
    for (let cut = 1; cut < VALUE.length; cut++) {
      const tap = new Tap(matcher, format);
      tap.push(Buffer.concat([Buffer.from('pw='), VALUE.subarray(0, cut)]));
      tap.idle();
      tap.push(Buffer.concat([VALUE.subarray(cut), Buffer.from(' ok\n')]));
      tap.end();
      expect(tap.all().includes(VALUE), `cut at ${cut}`).toBe(false);
    }
  });

  test('silence changes nothing in a stream without secrets', () => {
    const text = '{"a":"b\\u0041", "n": 1.0}\nplain \x1b[31mred\x1b[0m %41 &lt; \\" \n';
    for (let cut = 0; cut <= text.length; cut++) {
      const tap = new Tap(matcher, format);
      tap.push(text.slice(0, cut));
      tap.idle();
      tap.push(text.slice(cut));
      tap.idle();
      tap.end();
      expect(tap.all().toString()).toBe(text);
    }
  });
});

test('after silence nothing is held, and no value of any kind can be read whole', () => {
  const wrong: string[] = [];
  for (let run = 0; run < cases(300, 10_000); run++) {
    const chance = new Chance(SEED + run);
    const { kind, value } = drawSecret(chance);
    const tap = new Tap(matcherOf(named([value])), chance.pick(['text', 'json', 'auto'] as const));
    const cut = chance.between(8, value.length);
    tap.push(Buffer.concat([Buffer.from('x '), value.subarray(0, cut)]));
    tap.idle();
    if (tap.redactor.held !== 0)
      wrong.push(`seed ${SEED + run}: ${kind}: ${tap.redactor.held} bytes held after silence`);
    tap.push(Buffer.concat([value.subarray(cut), Buffer.from('\n')]));
    tap.end();
    for (const leak of leaks(tap.all(), [seek(value)]))
      wrong.push(`seed ${SEED + run}: ${kind} cut at ${cut}: ${leak.spelling}`);
  }
  expectNone(wrong);
});
