import { test } from 'vitest';
import { PATIENCE } from '../campaigns/size.ts';
import { expectLinear, fill } from '../support/expect-linear.ts';
import { matcherOf, named } from '../support/redact-stream.ts';

const VALUES = [
  'correct-horse-battery-staple',
  'first-line-of-it\nsecond-line-of-it',
  `k${'x9'.repeat(1_990)}`,
];
const matcher = matcherOf(named(VALUES.map((text) => Buffer.from(text))), { wasm: true });
const SMALL = 32 * 1024;

/** One line that grows by a few bytes a write, as an unbuffered writer sends it. */
const GROWING: Readonly<Record<string, readonly [string, string]>> = {
  'a JSON line': ['{"a":"', 'lorem ipsum dolor '],
  'text with escapes': ['msg=', 'lorem\\n\\u0041 %41 &lt; '],
  'white space in a value': ['first-line-of-it', ' '],
  'the start of a long value': ['k', 'x9'],
};

test.each(Object.entries(GROWING))(
  'in pieces of 64 bytes, four times the bytes cost about four times as much: %s',
  (_, [head, piece]) =>
    expectLinear({
      matcher,
      format: 'auto',
      make: (size) => Buffer.concat([Buffer.from(head), fill(piece, size)]),
      size: SMALL,
      pieces: 64,
    }),
  PATIENCE,
);
