import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { compileOurs } from '../../src/config/compile-own.ts';
import { loadDetectors, selects } from '../../src/config/detector-files.ts';
import type { DetectorSpec } from '../../src/engine/detectors/spec.ts';
import { mint } from '../../src/engine/detectors/template.ts';
import { matcherOfDetectors, redactedSpans } from '../support/redacted-spans.ts';

// DETECTORS=aws,github runs those alone.
const { specs } = await loadDetectors({ builtin: true, select: [], files: [] });
const chosen = specs.filter((spec) => selects(process.env.DETECTORS?.split(',') ?? [], spec));
const excused = new Set(
  Object.values(
    parse(readFileSync(new URL('one-syntax.yaml', import.meta.url), 'utf8')) as Record<string, string[]>,
  ).flat(),
);

/** A line, cut where the secret stands. */
interface Row {
  readonly before: string;
  readonly secret: string;
  readonly after: string;
}
type Shape = 'a JSON value' | 'key=value' | 'prose';
type Rows = Record<Shape, readonly Row[]>;

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);

/** The examples that mark their secret, minted. */
function examplesOf(spec: DetectorSpec): Row[] {
  return spec.examples.flatMap((template, index) => {
    const { bytes, secret } = mint(template, `${spec.id}#shape${index}`);
    const text = Buffer.from(bytes).toString('latin1');
    if (secret === null) return [];
    const { start, end } = secret;
    return [{ before: text.slice(0, start), secret: text.slice(start, end), after: text.slice(end) }];
  });
}

/** Rows that hold the secret and, at most, its name: from the detector's own examples, or round their secrets. */
function plainRows(spec: DetectorSpec): Rows {
  const examples = examplesOf(spec);
  const name = spec.id.replace(/[.-]/g, '_');
  const round = (before: string, after: string): Row[] =>
    examples.map(({ secret }) => ({ before, secret: escaped(secret), after }));
  const own = (ending: RegExp): Row[] => examples.filter(({ before }) => ending.test(before));
  return {
    'a JSON value': [
      ...round('{"level":"info","value":"', '","n":1}'),
      ...round(`{"level":"info","${name}":"`, '","n":1}'),
      ...own(/"\s?:\s?\\?"$/),
    ],
    'key=value': [
      ...round('level=info value=', ' n=1'),
      ...round(`level=info ${name.toUpperCase()}=`, ' n=1'),
      ...own(/[A-Za-z0-9_.-]=["']?$/),
    ],
    prose: [
      ...round('the server refused ', ': 401'),
      ...round(`the ${spec.title} `, ' was refused'),
      ...round(`the ${name.replaceAll('_', ' ')} `, ' was refused'),
      ...own(/[A-Za-z:](?<!["']\s?:) ["']?$/),
    ],
  };
}

/** Rows that hold the whole text of an example. */
function wholeRows(spec: DetectorSpec): Rows {
  const examples = examplesOf(spec);
  const within = (open: string, close: string, spell: (text: string) => string): Row[] =>
    examples.map(({ before, secret, after }) => ({
      before: open + spell(before),
      secret: spell(secret),
      after: spell(after) + close,
    }));
  return {
    'a JSON value': within('{"level":"info","log":"', '","n":1}\n', escaped),
    'key=value': within('level=info text="', '" n=1\n', escaped),
    prose: within('seen at step 3: ', ' and so it went on\n', (text) => text),
  };
}

const shapes: readonly Shape[] = ['a JSON value', 'key=value', 'prose'];

describe.each(chosen.map((spec) => [spec.id, spec] as const))('%s', (id, spec) => {
  const matcher = matcherOfDetectors([compileOurs(spec)]);
  /** Exactly the secret goes. */
  const finds = ({ before, secret, after }: Row): boolean =>
    redactedSpans(matcher, Buffer.from(before + secret + after, 'latin1')).some(
      ({ start, end }) => start === before.length && end === before.length + secret.length,
    );
  const foundIn = (rows: Rows): Shape[] => shapes.filter((shape) => rows[shape].some(finds));

  test('is found in JSON, in key=value and in prose', () => {
    const plain = foundIn(plainRows(spec));
    if (!excused.has(id)) {
      expect(plain).toEqual(shapes);
      return;
    }
    expect(plain, 'needs no exception').not.toEqual(shapes);
    expect(foundIn(wholeRows(spec))).toEqual(shapes);
  });
});

test('every exception names a detector', () => {
  const known = new Set(specs.map((spec) => spec.id));
  expect([...excused].filter((id) => !known.has(id))).toEqual([]);
});
