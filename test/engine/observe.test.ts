import { describe, expect, test } from 'vitest';
import { compileDetector } from '../../src/engine/detectors/compile-spec.ts';
import type { FormatName } from '../../src/formats/format.ts';
import { matcherOf, redactChunks } from '../support/redact-stream.ts';
import { specOf } from './detectors/spec-of.ts';

const observing = compileDetector(
  specOf({ id: 'x.watch', mode: 'observe', pattern: 'key[=:]"?(?P<secret>[a-z0-9]{1,40})' }),
);
const redacting = compileDetector(
  specOf({ id: 'x.redact', keywords: ['pin'], pattern: 'pin(?P<secret>[0-9]{1,9})' }),
);
const matcher = matcherOf([], { detectors: [observing, redacting] });
const [WATCH, REDACT] = [0, 1];

/** Output, and how many findings of each rule. */
function run(chunks: readonly string[], format: FormatName = 'text'): [string, number[]] {
  const { bytes, findings } = redactChunks(
    matcher,
    chunks.map((chunk) => Buffer.from(chunk)),
    format,
  );
  const counts = [WATCH, REDACT].map((rule) => findings.filter((each) => each.startsWith(`${rule}:`)).length);
  return [bytes.toString(), counts];
}

const STAMP = '2024-06-03T08:12:44.123456789Z stdout';

describe('a detector that observes counts, and leaves the bytes alone', () => {
  test.each([
    ['text', 'text', 'a key=abc b\nkey=def\n', 'a key=abc b\nkey=def\n', [2, 0]],
    ['JSON', 'json', '{"a":"key=abc","n":1.0}\n', '{"a":"key=abc","n":1.0}\n', [1, 0]],
    [
      'CRI, in parts',
      'cri',
      `${STAMP} P a key=ab\n${STAMP} F c\n`,
      `${STAMP} P a key=ab\n${STAMP} F c\n`,
      [1, 0],
    ],
    [
      'Docker',
      'docker',
      '{"log":"key=abc\\n","stream":"stdout"}\n',
      '{"log":"key=abc\\n","stream":"stdout"}\n',
      [1, 0],
    ],
    ['beside a redacted one', 'text', 'key=abc pin123\n', 'key=abc pin[REDACTED:x.redact]\n', [1, 1]],
    ['over a redacted one', 'text', 'key=pin123\n', 'key=pin[REDACTED:x.redact]\n', [1, 1]],
    ['in an escape', 'text', '{\\"key=\\u0061bc\\"}\n', '{\\"key=\\u0061bc\\"}\n', [1, 0]],
    ['two side by side', 'text', 'key=keykey:abc\n', 'key=keykey:abc\n', [2, 0]],
  ] as const)('%s', (_name, format, input, output, counts) => {
    expect(run([input], format)).toEqual([output, counts]);
    for (let cut = 1; cut < input.length; cut++) {
      expect(run([input.slice(0, cut), input.slice(cut)], format)).toEqual([output, counts]);
    }
    expect(run([...input], format)).toEqual([output, counts]);
  });

  test('spans of one rule that overlap are one finding', () => {
    const wide = compileDetector(
      specOf({ mode: 'observe', pattern: 'key(?P<secret>[a-z=]{1,40})', window: { before: 0, after: 40 } }),
    );
    const { findings } = redactChunks(matcherOf([], { detectors: [wide] }), [Buffer.from('keykeykey=abc\n')]);
    expect(findings.map((row) => row.split(':').at(-1))).toEqual(['10']);
  });
});
