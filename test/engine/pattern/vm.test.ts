import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compilePattern } from '../../../src/engine/pattern/compile.ts';
import { parsePattern } from '../../../src/engine/pattern/parse.ts';
import type { Program } from '../../../src/engine/pattern/program.ts';
import { FAILED, MATCHED, newSearch, OPEN, runPattern, type Search } from '../../../src/engine/pattern/vm.ts';
import { randomHaystack, randomPattern } from './random-pattern.ts';
import { Re2Oracle } from './re2-oracle.ts';

const compile = (source: string): Program => compilePattern(parsePattern(source).root);

/** Runs over `text` up to `to`; `outcome` and places in one object. */
function run(
  program: Program,
  text: string,
  more = false,
  marksAtOnce = false,
  startHigh = text.length,
): { outcome: number; search: Search } {
  const bytes = Buffer.from(text, 'latin1');
  const search = newSearch();
  search.marksAtOnce = marksAtOnce;
  search.to = bytes.length;
  search.startHigh = startHigh;
  search.more = more;
  return { outcome: runPattern(program, bytes, search), search };
}

function places(program: Program, text: string, marksAtOnce: boolean): object | null {
  const { outcome, search } = run(program, text, false, marksAtOnce);
  if (outcome === FAILED) return null;
  const { start, end, secretStart, secretEnd } = search;
  const taken = secretEnd >= 0;
  return { start, end, secretStart: taken ? secretStart : -1, secretEnd: taken ? secretEnd : -1 };
}

describe('against RE2', () => {
  test('random patterns match the same bytes, group included', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(
        randomPattern,
        fc.array(randomHaystack, { minLength: 12, maxLength: 12 }),
        (source, texts) => {
          const oracle = new Re2Oracle(source);
          try {
            const program = compile(source);
            // In UTF-8, which RE2 reads, \B holds inside of a letter too.
            const plain = source.includes('\\B') ? texts.filter((text) => !text.includes('\xe9')) : texts;
            for (const text of plain) {
              const wanted = oracle.find(text);
              expect(places(program, text, false)).toEqual(wanted);
              expect(places(program, text, true)).toEqual(wanted);
            }
          } finally {
            oracle.free();
          }
        },
      ),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 600) },
    );
  });
});

test('what stands behind the bytes that were read changes nothing', () => {
  fc.assert(
    fc.property(
      randomPattern,
      randomHaystack,
      fc.constantFrom('a', 'b', '-', '\n', ' '),
      fc.boolean(),
      (source, text, other, marks) => {
        const program = compile(source);
        const { outcome, search } = run(program, text, false, marks, 0);
        const kept = text.slice(0, search.readTo);
        const changed = kept + other.repeat(text.length - kept.length);
        const again = run(program, changed, false, !marks, 0);
        expect(again.outcome).toBe(outcome);
        if (outcome !== MATCHED) return;
        for (const key of ['start', 'end', 'secretStart', 'secretEnd'] as const)
          expect(again.search[key]).toBe(search[key]);
      },
    ),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 3_000) },
  );
});

describe('in a stream', () => {
  test('what is said before the end holds for every continuation, and what is held covers the secret', () => {
    fc.assert(
      fc.property(
        randomPattern,
        randomHaystack,
        randomHaystack,
        fc.boolean(),
        (source, text, rest, marks) => {
          const program = compile(source);
          for (let cut = 0; cut <= text.length; cut++) {
            const early = run(program, text.slice(0, cut), true, marks);
            const whole = run(program, text + rest);
            if (early.outcome !== OPEN) {
              expect(whole.outcome).toBe(early.outcome);
              if (early.outcome === MATCHED) {
                for (const key of ['start', 'end', 'secretStart', 'secretEnd'] as const)
                  expect(whole.search[key]).toBe(early.search[key]);
              }
            } else {
              expect(early.search.holdFrom).toBeLessThanOrEqual(cut);
              if (whole.outcome === MATCHED && whole.search.secretEnd >= 0) {
                expect(early.search.holdFrom).toBeLessThanOrEqual(whole.search.secretStart);
              }
            }
          }
        },
      ),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 600) },
    );
  });

  test('a path that is cut short by a mark still counts for what is held', () => {
    const program = compile('a*(?P<secret>(?:ab?)*c)');
    expect(run(program, 'aaa', true, true).search.holdFrom).toBe(0);
    expect(run(program, 'aaa', true, false).search.holdFrom).toBe(0);
  });

  test('a token with its end in sight is decided at once', () => {
    const program = compile('\\b(?P<secret>AKIA[A-Z2-7]{16})\\b');
    const token = `AKIA${'Q'.repeat(16)}`;
    expect(run(program, token, true).outcome).toBe(OPEN);
    expect(run(program, `${token} `, true).outcome).toBe(MATCHED);
    expect(run(program, 'AKIA-', true).outcome).toBe(OPEN);
    expect(run(program, 'AKIA', true).search.holdFrom).toBe(0);
    expect(run(program, 'xx "a"', true).search.holdFrom).toBe(6);
  });
});

describe('cost', () => {
  // Each pattern meets the input that a backtracker without marks dies of.
  const hostile: readonly (readonly [string, (size: number) => string])[] = [
    ['(?:a+)+(?P<secret>b)', (size) => 'a'.repeat(size)],
    ['(?:a|a)+(?P<secret>b)', (size) => 'a'.repeat(size)],
    ['(?:a+b?)+-(?P<secret>c)', (size) => 'a'.repeat(size)],
    ['a{1,20}a{1,20}a{1,20}(?P<secret>b)', (size) => 'a'.repeat(size)],
    ['(?:\\w+\\s*)+:(?P<secret>c)', (size) => 'ab '.repeat(size / 3)],
    ['.*?a.*?b.*?c.*?(?P<secret>d)', (size) => 'abc'.repeat(size / 3)],
    ['[a-z]+:(?P<secret>x)', (size) => 'a'.repeat(size)],
    ['(?s).*(?P<secret>x+)y', (size) => 'x'.repeat(size)],
    ['(?:[a-z]{1,8}-){1,10}(?P<secret>!)', (size) => 'abcd-'.repeat(size / 5)],
    ['[a-z]+?:(?P<secret>x)', (size) => 'a'.repeat(size)],
    ['(?:a|ab|aba|b|ba|c)+(?P<secret>!)', (size) => 'ab'.repeat(size / 2)],
    ['=[^ ]{2,}?(?:,b|;c|(?P<secret>x) )', (size) => '=a,;'.repeat(size / 4)],
  ];

  test.each(hostile)('%s is linear', (source, input) => {
    const program = compile(source);
    const steps = [4000, 8000, 16_000].map((size) => run(program, input(size)).search.steps);
    expect(steps[1]! / steps[0]!).toBeLessThan(2.2);
    expect(steps[2]! / steps[1]!).toBeLessThan(2.2);
  });

  test.each(['[^ ]{2,}?(?:,b|;c| |$)', '\\S+?(?:[\\s;]|$|/x)', '(?s:.*?)(?:;|(?m:$))'])(
    'the lazy run of =%s asks what follows only where it may begin',
    (source) => {
      const { outcome, search } = run(compile(`=(?P<secret>${source})`), `=${'a'.repeat(1000)};c`);
      expect(outcome).toBe(MATCHED);
      expect(search.steps).toBeLessThan(1100);
    },
  );

  test('the next byte chooses among many branches: those that cannot begin with it cost nothing', () => {
    const words = 'api|auth|access|secret|private|app|account|master|admin|service|server|write|read';
    const { outcome, search } = run(
      compile(`x[^\\n]{0,100}?(?:${words})=(?P<secret>q+)`),
      `x${'z'.repeat(99)}`,
    );
    expect(outcome).toBe(FAILED);
    expect(search.steps).toBeLessThan(500);
  });

  test('a round that may be left out is not tried where the next byte cannot begin it', () => {
    const rounds = Array.from('abcdefghijklmnop', (letter) => `(?:${letter}!${letter})?`).join('');
    const { outcome, search } = run(compile(`x${rounds}(?P<secret>q)`), 'xq');
    expect(outcome).toBe(MATCHED);
    // A look for each, and a mark.
    expect(search.steps).toBeLessThan(40);
  });

  test('the ends of choices within choices cost one step, not one for each', () => {
    let source = '(?:ab|cd)';
    for (let depth = 0; depth < 10; depth++) source = `(?:${source}|-${depth})`;
    const { outcome, search } = run(compile(`${source}(?P<secret>q)`), 'abq');
    expect(outcome).toBe(MATCHED);
    expect(search.steps).toBeLessThan(35);
  });

  test('looks count for nothing in the size of a pattern: what compiled without them goes on to', () => {
    const source = '(?:(?:(?:ab)?c){60}){55}(?P<secret>q)';
    expect(run(compile(source), `${'abcc'.repeat(1650)}q`).outcome).toBe(MATCHED);
  });

  test('a choice takes no more code than looks do: what compiled goes on to', () => {
    const source = '(?:(?:ab|ac|bd|cd|[a-c]1){1,20}x){1,30}(?P<secret>q)';
    expect(run(compile(source), 'abacbdb1xq').outcome).toBe(MATCHED);
  });
});
