import { expect, test } from 'vitest';
import { everyCut } from '../../support/generate-cuts.ts';
import { matcherOf, named, redactChunks, sameRedacted } from '../../support/redact-stream.ts';

const BIRDS = Buffer.from('dove=hawk=wren=lark');

/** A line, what it becomes, and the secrets. */
const CASES: readonly (readonly [string, string, string, readonly string[]])[] = [
  ['a digit of %3d', 'x%3dove%3Dhawk%3dwren y\n', 'x[REDACTED:s0] y\n', ['dove=hawk=wren']],
  ['both digits of %be', 'x%beef%3Dhawk%3dwren y\n', 'x[REDACTED:s0] y\n', ['beef=hawk=wren']],
  ['the letter of \\n', 'C:\\nest\\"hawk\\"wren y\n', 'C:[REDACTED:s0] y\n', ['nest"hawk"wren']],
  ['a digit of \\u0041', 'x\\u0041dove\\"hawk y\n', 'x[REDACTED:s0] y\n', ['1dove"hawk']],
  ['three digits of \\101', 'x\\101dove\\"hawk y\n', 'x[REDACTED:s0] y\n', ['101dove"hawk']],
  ['the name of &amp;', 'x&amp;dove&lt;hawk y\n', 'x[REDACTED:s0] y\n', ['amp;dove<hawk']],
  ['escapes in a string', '{"a":"\\u00253dove\\u00253Dhawk"}\n', '{"a":"[REDACTED:s0]"}\n', ['dove=hawk']],
  ['with a shorter secret', 'x%3dove%3Dhawk%3Dwren\n', 'x[REDACTED:s1]\n', ['dove=hawk', 'dove=hawk=wren']],
  [
    'with a longer one begun',
    'x%3dove%3Dhawk%3Dw y\n',
    'x[REDACTED:s0]%3Dw y\n',
    ['dove=hawk', 'dove=hawk=wren'],
  ],
  ['again and again', '%3dove%3Dhawk%3dove%3Dhawk\n', '[REDACTED:s0]\n', ['dove=hawk']],
];

test.each(CASES)(
  'a secret that begins with bytes of an escape is found, however it is cut: %s',
  (_, line, wanted, values) => {
    const text = Buffer.from(line);
    for (const wasm of [false, true]) {
      const matcher = matcherOf(named(values.map((value) => Buffer.from(value))), { wasm, near: wasm });
      const whole = redactChunks(matcher, [text]);
      expect(whole.bytes.toString('latin1')).toBe(wanted);
      for (const chunks of everyCut(text))
        expect(
          sameRedacted(redactChunks(matcher, chunks), whole),
          `first chunk of ${chunks[0]!.length}`,
        ).toBe(true);
    }
  },
);

test('what only looks like it passes as it came', () => {
  const matcher = matcherOf(named([BIRDS]), { wasm: true });
  for (const line of ['x%3dove%3Dhawk%3Dwren%3Dlard\n', 'x%3dovehawk%3D\n', 'x%3d%3dove\n', '%3dove%'])
    expect(redactChunks(matcher, [Buffer.from(line)]).bytes.toString('latin1')).toBe(line);
});

test('the beginning of one at the end of the data is replaced from 8 bytes on', () => {
  const matcher = matcherOf(named([BIRDS]), { wasm: true });
  const redact = (text: string) => redactChunks(matcher, [Buffer.from(text)]).bytes.toString('latin1');
  expect(redact('x%3dove%3Dhawk')).toBe('x[REDACTED:s0]');
  expect(redact('x%3dove%3Dh')).toBe('x%3dove%3Dh');
});
