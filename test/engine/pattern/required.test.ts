import { expect, test } from 'vitest';
import { loadDetectors } from '../../../src/config/detector-files.ts';
import { mint } from '../../../src/engine/detectors/template.ts';
import { parsePattern } from '../../../src/engine/pattern/parse.ts';
import { requiredBytes } from '../../../src/engine/pattern/required.ts';

const required = (pattern: string): string =>
  String.fromCharCode(...[...requiredBytes(parsePattern(pattern).root)].sort((a, b) => a - b));

test.each([
  ['abc', 'abc'],
  ['a[bc]d', 'ad'],
  ['(?i)a1', '1'],
  ['a?b*c{0,3}d', 'd'],
  ['(?:x{2,5}|xy)@', '@x'],
  ['(?:a|b)', ''],
  ['(?P<secret>[a-z]+)@?:', ':'],
  ['^$\\b', ''],
  ['(?:)', ''],
])('every match of %s holds %j', (pattern, bytes) => {
  expect(required(pattern)).toBe(bytes);
});

test('what the examples of built-in detectors hold', async () => {
  const { specs } = await loadDetectors({ builtin: true, select: ['all'], files: [] });
  let asked = 0;
  for (const { id, pattern, examples } of specs) {
    const bytes = [...requiredBytes(parsePattern(pattern).root)];
    for (const example of examples) {
      const text = mint(example, id).bytes;
      expect(
        bytes.filter((byte) => !text.includes(byte)),
        id,
      ).toEqual([]);
      asked += bytes.length;
    }
  }
  expect(asked).toBeGreaterThan(1000);
});
