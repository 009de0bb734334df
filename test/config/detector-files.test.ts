import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DetectorFileError } from '../../src/config/detector-file-error.ts';
import { loadDetectors, selects } from '../../src/config/detector-files.ts';
import { referenceScan } from '../../src/engine/detectors/reference-scan.ts';
import { specOf } from '../engine/detectors/spec-of.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unleak-detectors-'));
});
afterAll(() => rm(folder, { recursive: true }));

const GOOD = `provider: acme
detectors:
  - id: acme.token
    title: Acme token
    references: [https://example.com/tokens]
    confidence: high
    keywords: [acme_]
    pattern: 'acme_(?P<secret>[a-z0-9]{10})\\b'
    window: { before: 0, after: 20 }
    examples: ['token acme_{{[a-z0-9]:10}}', '{"t":"acme_{{<}}{{[a-z0-9]:10}}{{>}}"}']
    counterexamples:
      - { text: 'acme_{{[a-z]:9}} ', why: too short }
      - { text: 'acme corp', why: prose }
`;

/** The first counter-example of it, as it is written. */
const COUNTER = "- { text: 'acme_{{[a-z]:9}} ', why: too short }";

/** Loads one user's file with this content; returns the problems' lines without the folder. */
async function problemsOf(content: string, name = 'own.yaml'): Promise<string[]> {
  const path = join(folder, name);
  await writeFile(path, content);
  try {
    await loadDetectors({ builtin: false, select: [], files: [path] });
    return [];
  } catch (error) {
    if (!(error instanceof DetectorFileError)) throw error;
    expect(error.code).toBe('E_DETECTOR_FILE');
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => line.trim().replace(`${folder}/`, ''));
  }
}

test("a user's file is loaded and finds", async () => {
  const path = join(folder, 'good.yaml');
  await writeFile(path, GOOD);
  const { detectors, specs } = await loadDetectors({ builtin: false, select: [], files: [path] });
  expect(specs[0]).toMatchObject({ id: 'acme.token', engine: 're2', mode: 'redact', kind: 'vendor' });
  expect(referenceScan(detectors, Buffer.from('x acme_0123456789'))).toEqual([
    { detector: 'acme.token', start: 7, end: 17 },
  ]);
});

describe('one clear message says where and what', () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    [
      'an unknown key',
      'title: Acme',
      'tilte: Acme',
      'own.yaml:4:5: acme.token: unknown key tilte; did you mean title?',
    ],
    [
      'an unknown key in a window',
      'after: 20',
      'behind: 20',
      'unknown key behind; known here: before, after',
    ],
    [
      'no keyword',
      'keywords: [acme_]',
      'keywords: []',
      'own.yaml:7:15: acme.token: keywords: is a list of 1 item or more',
    ],
    [
      'a short keyword',
      'keywords: [acme_]',
      'keywords: [ac]',
      'own.yaml:7:16: acme.token: keyword ac is shorter than 3 bytes',
    ],
    [
      'a pattern that RE2 rejects',
      '[a-z0-9]{10})',
      '[a-z0-9]{10})(?=x)',
      'own.yaml:8:14: acme.token: pattern: invalid perl operator',
    ],
    [
      'no secret group',
      '(?P<secret>',
      '(?P<token>',
      'own.yaml:8:14: acme.token: pattern: has no group (?P<secret>...)',
    ],
    [
      'a pattern that matches nothing at all',
      "'acme_(?P<secret>[a-z0-9]{10})\\b'",
      "'(?P<secret>[a-z]*)'",
      'pattern: can match nothing at all',
    ],
    [
      'an example that is not found',
      'token acme_{{[a-z0-9]:10}}',
      'token acme-{{[a-z0-9]:10}}',
      'own.yaml:10:16: acme.token: this example is not found',
    ],
    [
      'an example whose secret is elsewhere',
      'acme_{{<}}',
      '{{<}}acme_',
      'own.yaml:10:46: acme.token: this example marks bytes 6 to 21',
    ],
    [
      'a counter-example that is found',
      'acme_{{[a-z]:9}} ',
      'acme_{{[a-z]:10}} ',
      'own.yaml:12:9: acme.token: this counterexample is found',
    ],
    [
      'an id of another provider',
      'id: acme.token',
      'id: emca.token',
      'own.yaml:3:9: emca.token: the id does not begin with its provider, acme.',
    ],
    [
      'a check that is none',
      'confidence: high',
      'confidence: high\n    check: crc',
      'own.yaml:7:12: acme.token: check: Invalid option',
    ],
    [
      'a counter-example that is only text',
      COUNTER,
      "- 'acme_short'",
      'own.yaml:12:9: acme.token: counterexamples 1: is { text: TEMPLATE, why: REASON }',
    ],
    [
      'a counter-example without a reason',
      COUNTER,
      "- { text: 'acme_short' }",
      'own.yaml:12:9: acme.token: counterexamples 1 why is missing',
    ],
    [
      'an exception of no known form',
      'confidence: high',
      'confidence: high\n    except: [{ word: x }]',
      'own.yaml:7:14: acme.token: except 1: is a word, or one of { contains: TEXT }, { pattern: RE }, { list: NAME }',
    ],
    [
      'an exception that is no pattern',
      'confidence: high',
      "confidence: high\n    except: [{ pattern: '[a-' }]",
      'own.yaml:7:13: acme.token: except: ',
    ],
    ['YAML that is none', 'keywords: [acme_]', 'keywords: [acme_', 'is not valid YAML here ('],
    ['an alias that leads nowhere', 'title: Acme token', 'title: *acme', 'an alias (*) has no anchor (&)'],
    ['a file that holds something else', GOOD, 'words', 'the file must hold the keys provider and detectors'],
    [
      'a bad template',
      '{{[a-z0-9]:10}}',
      '{{[a-z0-9]}}',
      'this example is no template: a class is followed by :n or :n-m',
    ],
  ];

  test.each(cases)('%s', async (_name, from, to, wanted) => {
    expect(GOOD).toContain(from);
    const problems = await problemsOf(GOOD.replace(from, () => to));
    expect(problems.join('\n')).toContain(wanted);
  });
});

test('all problems of all files come together', async () => {
  const one = join(folder, 'one.yaml');
  const two = join(folder, 'two.yaml');
  await writeFile(
    one,
    GOOD.replace('title: Acme', 'tilte: Acme').replace('confidence: high', 'confidence: sure'),
  );
  await writeFile(two, GOOD);
  const missing = join(folder, 'missing.yaml');
  const error = await loadDetectors({ builtin: false, select: [], files: [one, two, two, missing] }).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(DetectorFileError);
  const lines = (error as DetectorFileError).problems.map(({ line, message }) => `${line} ${message}`);
  expect(lines.some((line) => line.includes('tilte'))).toBe(true);
  expect(lines.some((line) => line.startsWith('6 confidence'))).toBe(true);
  expect(lines.some((line) => line.includes('the id stands at'))).toBe(true);
  expect(lines).toContain('0 cannot be read (ENOENT)');
});

test('a selector that selects nothing is a problem with a guess', async () => {
  await expect(loadDetectors({ builtin: true, select: ['gitub'], files: [] })).rejects.toThrow(
    '--detectors gitub: selects no detector; did you mean github?',
  );
});

describe('selectors', () => {
  const key = specOf({ id: 'aws.access-key-id', kind: 'vendor' });
  const other = specOf({ id: 'generic.password', kind: 'generic' });
  test.each([
    [[], true, true],
    [['all'], true, true],
    [['aws'], true, false],
    [['aws.access'], true, false],
    [['aws.acc'], false, false],
    [['-aws'], false, true],
    [['all', '-aws.access-key-id'], false, true],
    [['-aws', 'aws.access-key-id'], true, false],
    [['-generic'], true, false],
    [['vendor'], true, false],
  ])('%j', (selectors, first, second) => {
    expect([selects(selectors, key), selects(selectors, other)]).toEqual([first, second]);
  });

  test("users' own detectors need none, and can be excluded", () => {
    const own = specOf({ id: 'acme.token', engine: 're2' });
    expect(selects(['aws'], own)).toBe(true);
    expect(selects(['-acme'], own)).toBe(false);
  });
});
