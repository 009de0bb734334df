import { describe, expect, test } from 'vitest';
import { compileDetector } from '../../../src/engine/detectors/compile-spec.ts';
import { cutInto } from '../../support/generate-cuts.ts';
import { matcherOf, redactChunks } from '../../support/redact-stream.ts';
import { specOf } from './spec-of.ts';

// A finding that its window cuts goes on to the end of its token; what else stands in that token is asked all the same.

const detector = (id: string, keywords: string[], pattern: string, after: number) =>
  compileDetector(specOf({ id, keywords, pattern, window: { before: 0, after } }));

describe('a keyword in the tail of an earlier finding', () => {
  const matcher = matcherOf([], {
    detectors: [detector('o.x', ['key='], 'key=(?:"(?P<secret>[^"]+)"|(?P<secret2>[a-z=]+))', 50)],
  });

  test.each([2, 12, 13, 40, 4_000])(
    'finds a value that begins behind the token: after %d of them',
    (count) => {
      const input = Buffer.from(`${'key='.repeat(count)}key="two words" end\n`);
      const whole = redactChunks(matcher, [input]).bytes.toString();
      expect(whole).toBe('key=[REDACTED:o.x]"[REDACTED:o.x]" end\n');
      for (const size of [7, 64, 1_000])
        expect(redactChunks(matcher, cutInto(input, size)).bytes.toString()).toBe(whole);
    },
  );
});

test('the tail of a shorter keyword, whose window ends earlier, is no longer than that of any other', () => {
  const x = detector('o.x', ['aaa', 'bbbbbbbbbb', 'bbb'], '(?:aaa|b{10}|bbb)(?P<secret>[a-z]+)', 100);
  const y = detector('o.y', ['yyy'], 'yyy(?P<secret>[a-z]+)', 104);
  const input = Buffer.from(`aaabbbbbbbbbbyyy${'x'.repeat(40_000)} end\n`);
  // The longest of all findings gives its name: that of o.y, whose window ends last.
  const out = redactChunks(matcherOf([], { detectors: [x, y] }), [input]).bytes.toString();
  expect(out.slice(0, 30)).toBe('aaa[REDACTED:o.y]xxxxxxxxxxxxx');
});
