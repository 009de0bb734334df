import { expect, test } from 'vitest';
import { loadDetectors } from '../../src/config/detector-files.ts';
import { cases, PATIENCE, SEED } from '../campaigns/size.ts';
import { cleanLine } from '../support/generate-clean-lines.ts';
import { platformLine } from '../support/generate-platform-lines.ts';
import { matcherOfDetectors, redactedSpans } from '../support/redacted-spans.ts';

const { detectors } = await loadDetectors({ builtin: true, select: [], files: [] });
const matcher = matcherOfDetectors(detectors);
/** Lines to a stream: detectors that look across line ends see neighbours, and a failure stays short. */
const BATCH = 500;

test.each([
  ['lines full of identifiers', cleanLine],
  ['lines as platforms and build tools write them', platformLine],
])(
  'no detector finds anything in %s',
  (_what, line) => {
    const lines = cases(20_000, 200_000);
    const found: string[] = [];
    for (let first = 0; first < lines && found.length < 10; first += BATCH) {
      const numbers = Array.from({ length: BATCH }, (_, at) => first + at);
      const text = Buffer.from(numbers.map((number) => `${line(SEED, number)}\n`).join(''));
      for (const { start, end, rule } of redactedSpans(matcher, text)) {
        const place = first + text.subarray(0, start).reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0);
        found.push(`seed ${SEED} line ${place}: ${rule} took ${text.toString('utf8', start, end)}`);
      }
    }
    expect(found).toEqual([]);
  },
  PATIENCE,
);

test('a credential among those lines is found', () => {
  const token = `ghp_${'aB3dE5gH7jK9'.repeat(3)}`;
  const lines = Array.from({ length: BATCH }, (_, number) => cleanLine(SEED, number));
  lines.splice(250, 0, `deploy with ${token} failed`);
  const text = Buffer.from(`${lines.join('\n')}\n`);
  expect(redactedSpans(matcher, text).map(({ start, end }) => text.toString('utf8', start, end))).toEqual([
    token,
  ]);
});
