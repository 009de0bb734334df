import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadDetectors } from '../../src/config/detector-files.ts';
import { mint } from '../../src/engine/detectors/template.ts';
import { matcherOfDetectors, redactedSpans } from '../support/redacted-spans.ts';

const contexts = parse(readFileSync(new URL('contexts.yaml', import.meta.url), 'utf8')) as Record<
  string,
  readonly string[]
>;
const { detectors } = await loadDetectors({ builtin: true, select: [], files: [] });
const matcher = matcherOfDetectors(detectors);
/** Draws per line. */
const DRAWS = 3;

describe.each(Object.entries(contexts))('in %s exactly the secret goes', (_context, lines) => {
  test.each(lines)('%s', (line) => {
    for (let draw = 0; draw < DRAWS; draw++) {
      const { bytes, secret } = mint(line, `context ${draw}`);
      const shown = (start: number, end: number): string => Buffer.from(bytes).toString('utf8', start, end);
      const taken = redactedSpans(matcher, bytes).map(({ start, end }) => shown(start, end));
      expect(taken).toEqual([shown(secret!.start, secret!.end)]);
    }
  });
});
