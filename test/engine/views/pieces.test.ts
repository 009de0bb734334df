import { expect, test } from 'vitest';
import { matcherOf, named, redactChunks } from '../../support/redact-stream.ts';

/** Clean lines between two escapes, so many that each stands in a piece of its own. */
const BETWEEN = `${'a quiet line of a log, and no escape in it\n'.repeat(40)}`;

/** The output, its quiet lines left out: a failure shows what matters. */
const redacted = (secrets: readonly string[], text: string): string => {
  const matcher = matcherOf(named(secrets.map((value) => Buffer.from(value))));
  return redactChunks(matcher, [Buffer.from(text)])
    .bytes.toString()
    .replaceAll(BETWEEN, '~');
};

test('nothing is found across the joint of two pieces of a view', () => {
  const [left, right] = ['Qx7vLw2p', 'Zt4kNm9d'];
  // However wide the margin round an escape is: for one of these the halves stand at the pieces' very ends.
  for (let margin = 32; margin < 300; margin++) {
    const filler = '.'.repeat(margin - left.length);
    const text = `\\"\n${filler.slice(3)}${left}${BETWEEN}${right}${filler}\\" behind\n`;
    expect(redacted([left + right], text)).toBe(text.replaceAll(BETWEEN, '~'));
  }
});

test('every piece of a view is read, the first, the last and those between', () => {
  const value = 'pa"ss"wo"rd-of-quotes';
  const spelt = value.replaceAll('"', '\\"');
  const lines = [`first ${spelt} of\n`, `then ${spelt} more\n`, `last ${spelt}\n`];
  const output = redacted([value], lines.join(BETWEEN));
  expect(output).toBe(lines.join('~').replaceAll(spelt, '[REDACTED:s0]'));
});

test('a view within a view keeps to the pieces that hold its escapes', () => {
  const value = 'a value with 100% "quotes"';
  const once = value.replaceAll('"', '\\"');
  const both = value.replaceAll('%', '%25').replaceAll(' ', '%20').replaceAll('"', '\\u0022');
  const text = `one ${once} \\n\n${BETWEEN}two ${both} \\t\n${BETWEEN}three \\" 100%\n`;
  expect(redacted([value], text)).toBe(
    text.replaceAll(BETWEEN, '~').replace(once, '[REDACTED:s0]').replace(both, '[REDACTED:s0]'),
  );
});

test('a value that the end of the stream cuts is held in the last piece alone', () => {
  const value = 'a long "quoted" secret value';
  const head = 'x \\" y\n';
  const cut = 'a long \\"quoted\\" sec';
  expect(redacted([value], `${head}${BETWEEN}${cut}`)).toBe(`${head}~[REDACTED:s0]`);
});
