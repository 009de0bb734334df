import { describe, expect, test } from 'vitest';
import { cases, PATIENCE, progress, SEED } from '../campaigns/size.ts';
import { randomCut } from '../support/generate-cuts.ts';
import { drawJsonLine, type JsonIngredients } from '../support/generate-json.ts';
import { Chance } from '../support/generate-random.ts';
import { drawSecret } from '../support/generate-secrets.ts';
import { keepsTheRest, lexJson, strayChange } from '../support/json-lexer.ts';
import { leaks, seek } from '../support/oracle.ts';
import { expectNone } from '../support/oracle-report.ts';
import { matcherOf, named, redactChunks } from '../support/redact-stream.ts';

const LINES = cases(6_000, 100_000);
const LINES_PER_SET = 40;

function ingredients(chance: Chance, plantOneIn: number): { what: JsonIngredients; values: Buffer[] } {
  const texts = ['password', 'token', 'utf8', 'phrase', 'url'].map((kind) => drawSecret(chance, kind).value);
  const digits = [drawSecret(chance, 'digits').value, drawSecret(chance, 'digits').value];
  return {
    what: { texts: texts.map(String), digits: digits.map(String), plantOneIn },
    values: [...texts, ...digits],
  };
}

function drawLines(chance: Chance, what: JsonIngredients): string[] {
  return Array.from({ length: LINES_PER_SET }, () => drawJsonLine(chance, what));
}

describe.each(['json', 'auto'] as const)('as %s', (format) => {
  test(
    'every JSON line that parsed still parses, and only its redacted tokens differ',
    () => {
      const wrong: string[] = [];
      let placeholders = 0;
      for (let done = 0, set = 0; done < LINES && wrong.length < 20; set++, done += LINES_PER_SET) {
        const chance = new Chance(SEED + set);
        const { what, values } = ingredients(chance, 6);
        const before = drawLines(chance, what);
        const end = chance.pick(['\n', '\r\n']);
        const stream = Buffer.from(before.join(end) + end);
        const output = redactChunks(
          matcherOf(named(values), { wasm: set % 2 === 0, near: set % 4 > 1 }),
          randomCut(stream, chance),
          format,
        ).bytes;
        const after = output.toString().split(end).slice(0, -1);
        if (after.length !== before.length)
          wrong.push(`set ${SEED + set}: ${before.length} lines became ${after.length}`);
        else
          before.forEach((line, at) => {
            const stray = compare(line, after[at]!);
            if (stray !== null) wrong.push(`set ${SEED + set} line ${at}: ${stray}`);
          });
        for (const leak of leaks(output, values.map(seek)))
          wrong.push(`set ${SEED + set}: s${leak.secret} readable as ${leak.spelling}`);
        placeholders += output.toString().split('[REDACTED:').length - 1;
        progress(`json lines as ${format}`, done, LINES);
      }
      expectNone(wrong);
      expect(placeholders).toBeGreaterThan(LINES / 10);
    },
    PATIENCE,
  );

  test(
    'a JSON line without a secret is the same bytes after',
    () => {
      const differing: number[] = [];
      for (let set = 0; set < LINES / LINES_PER_SET / 4; set++) {
        const chance = new Chance(SEED - set);
        const { what, values } = ingredients(chance, 0);
        const stream = Buffer.from(`${drawLines(chance, what).join('\n')}\n`);
        if (!redactChunks(matcherOf(named(values)), randomCut(stream, chance), format).bytes.equals(stream))
          differing.push(SEED - set);
      }
      expectNone(differing);
    },
    PATIENCE,
  );
});

function compare(before: string, after: string): string | null {
  try {
    JSON.parse(after);
  } catch (cause) {
    if (cause instanceof SyntaxError) return 'no longer parses';
    throw cause;
  }
  return strayChange(before, after);
}

test('the lexer splits every generated line into the text it came from, and JSON.parse agrees that it is JSON', () => {
  const chance = new Chance(SEED);
  for (let at = 0; at < 500; at++) {
    const line = drawJsonLine(chance, ingredients(chance, 4).what);
    JSON.parse(line);
    expect(
      lexJson(line)
        .map((token) => token.text)
        .join(''),
    ).toBe(line);
  }
});

test('the comparison sees a changed number, a lost key, white space, and a change beside a placeholder', () => {
  expect(strayChange('{"a":1.0}', '{"a":1}')).not.toBeNull();
  expect(strayChange('{"a":1,"a":2}', '{"a":2}')).not.toBeNull();
  expect(strayChange('{"a": 1}', '{"a":1}')).not.toBeNull();
  expect(strayChange('{"a":"\\u0041 xyz"}', '{"a":"A [REDACTED:s]"}')).not.toBeNull();
  expect(strayChange('{"a":"q xyz"}', '{"a":"q [REDACTED:s]"}')).toBeNull();
  expect(strayChange('{"a":123}', '{"a":"[REDACTED:s]"}')).toBeNull();
  expect(keepsTheRest('abc secret def', 'abc [REDACTED:s] de')).toBe(false);
});
