import { describe, expect, test } from 'vitest';
import { cases, PATIENCE, SEED } from '../campaigns/size.ts';
import { drawCase } from '../support/generate-cases.ts';
import { randomCut } from '../support/generate-cuts.ts';
import { Chance } from '../support/generate-random.ts';
import { drawSecrets } from '../support/generate-secrets.ts';
import { leaks, seek } from '../support/oracle.ts';
import { expectNone } from '../support/oracle-report.ts';
import { matcherOf, named, redactChunks, Tap } from '../support/redact-stream.ts';

const OLD = { name: 'old', value: Buffer.from('shared-start-0001-old') };
const NEW = { name: 'new', value: Buffer.from('shared-start-0002-new') };
const before = matcherOf([OLD], { generation: 1 });
const grace = matcherOf([NEW, OLD], { generation: 2 });

describe.each(['text', 'json', 'auto'] as const)('as %s', (format) => {
  test.each([
    ['the old', OLD],
    ['the new', NEW],
  ])(
    '%s value that lies across a swap is redacted, wherever the swap falls while its start is held',
    (_, secret) => {
      const shared = 'shared-start-000'.length;
      for (let cut = 0; cut <= shared; cut++) {
        const tap = new Tap(before, format);
        tap.push(Buffer.concat([Buffer.from('pw='), secret.value.subarray(0, cut)]));
        tap.redactor.swap(grace);
        tap.push(Buffer.concat([secret.value.subarray(cut), Buffer.from(' ok\n')]));
        tap.end();
        expect(tap.all().toString(), `swap at ${cut}`).toBe(`pw=[REDACTED:${secret.name}] ok\n`);
      }
    },
  );

  test('both generations are redacted after the swap, the old one before it, and no line is lost', () => {
    const line = `old=${OLD.value} new=${NEW.value}\n`;
    const tap = new Tap(before, format);
    tap.push(line);
    tap.redactor.swap(grace);
    tap.push(line);
    tap.end();
    expect(tap.all().toString()).toBe(
      `old=[REDACTED:old] new=${NEW.value}\nold=[REDACTED:old] new=[REDACTED:new]\n`,
    );
  });
});

test(
  'a swap to an equal matcher, anywhere, cannot be seen in the output',
  () => {
    const wrong: number[] = [];
    for (let run = 0; run < cases(250, 10_000); run++) {
      const chance = new Chance(SEED + run);
      const secrets = drawSecrets(chance);
      const drawn = drawCase(secrets, chance.below(secrets.length), chance);
      if (drawn === null) continue;
      const twins = [1, 2].map((generation) =>
        matcherOf(named(secrets.map((secret) => secret.value)), { generation }),
      );
      const tap = new Tap(twins[0]!, drawn.format);
      randomCut(drawn.stream, chance).forEach((chunk, at) => {
        tap.push(chunk);
        tap.redactor.swap(twins[(at + 1) % 2]!);
      });
      tap.end();
      if (!tap.all().equals(redactChunks(twins[0]!, [drawn.stream], drawn.format).bytes))
        wrong.push(SEED + run);
    }
    expectNone(wrong);
  },
  PATIENCE,
);

test('fifty generations swapped in under a running stream leak no value that is active or in its grace', () => {
  const chance = new Chance(SEED);
  const values = Array.from({ length: 50 }, (_, at) => ({
    name: `g${at}`,
    value: Buffer.from(`${chance.text('abcdefgh0123', 20)}-${at}`),
  }));
  const tap = new Tap(matcherOf(values.slice(0, 1)), 'auto');
  const lines: number[] = [];
  for (let at = 0; at < values.length; at++) {
    tap.redactor.swap(matcherOf(values.slice(0, at + 1), { generation: at + 1 }));
    for (let repeat = 0; repeat < 20; repeat++) {
      const line = Buffer.from(
        `{"n":${lines.length},"v":"${values[chance.below(at + 1)]!.value}","w":"${values[at]!.value}"}\n`,
      );
      lines.push(line.length);
      for (const chunk of randomCut(line, chance)) tap.push(chunk);
    }
  }
  tap.end();
  const seen = tap
    .all()
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).n);
  expect(seen).toEqual(lines.map((_, at) => at));
  expect(
    leaks(
      tap.all(),
      values.map((secret) => seek(secret.value)),
    ),
  ).toEqual([]);
});
