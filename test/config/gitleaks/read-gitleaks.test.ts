import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { compileOwn } from '../../../src/config/compile-own.ts';
import { runExamples } from '../../../src/config/detector-examples.ts';
import { loadDetectors } from '../../../src/config/detector-files.ts';
import { summarizeNotes } from '../../../src/config/gitleaks/carry-note.ts';
import { detectorYaml } from '../../../src/config/gitleaks/detector-yaml.ts';
import { type GitleaksDetectors, readGitleaks } from '../../../src/config/gitleaks/read-gitleaks.ts';
import { referenceScan } from '../../../src/engine/detectors/reference-scan.ts';
import type { DetectorSpec } from '../../../src/engine/detectors/spec.ts';
import { mint } from '../../../src/engine/detectors/template.ts';

const TEAM = new URL('team.toml', import.meta.url).pathname;
const folder = mkdtempSync(join(tmpdir(), 'unleak-gitleaks-'));
afterAll(() => rmSync(folder, { recursive: true }));

const team = await readGitleaks(TEAM, 'team.toml');

function specOf({ specs }: GitleaksDetectors, rule: string): DetectorSpec {
  return specs.find(({ spec }) => spec.id === `gitleaks.${rule}`)!.spec;
}

async function read(content: string, name = 'own.toml'): Promise<GitleaksDetectors> {
  const path = join(folder, name);
  writeFileSync(path, content);
  return readGitleaks(path, name);
}

/** What the detector finds in a minted text. */
function found(spec: DetectorSpec, template: string, seed = 's'): string[] {
  const { bytes } = mint(template, seed);
  return referenceScan([compileOwn(spec)], bytes).map(({ start, end }) =>
    Buffer.from(bytes.subarray(start, end)).toString(),
  );
}

const rule = (body: string): string => `[[rules]]\nid = "x"\ndescription = "X"\n${body}\n`;
const notesOf = ({ notes }: GitleaksDetectors): string[] =>
  notes.map(({ level, message }) => `${level}: ${message}`);

test("every rule of a team's file runs and passes what was minted for it, or is told with its line", () => {
  expect(team.problems).toEqual([]);
  const told = new Set(team.notes.filter(({ level }) => level === 'left-out').map((note) => note.rule));
  expect(team.specs.length + told.size).toBe(team.count);
  for (const { spec } of team.specs) {
    expect([spec.examples.length, spec.counterexamples.length]).toEqual([2, 2]);
    expect(runExamples(spec, compileOwn(spec)).filter(({ passed }) => !passed)).toEqual([]);
  }
  const rows = readFileSync(TEAM, 'utf8').split('\n');
  for (const { line, rule: id } of team.notes.filter((note) => note.rule !== null)) {
    expect([rows[line - 1], rows[line]]).toEqual(['[[rules]]', `id = "${id}"`]);
  }
});

test('what cannot come along is left out, each with its reason', () => {
  const left = team.notes.filter(({ level }) => level === 'left-out');
  expect(
    Object.fromEntries(left.map((note) => [note.rule, note.message.slice(0, 60)])),
  ).toMatchInlineSnapshot(`
    {
      "bare-hex": "it has no keywords, and no literal of 3 letters stands in ev",
      "cherry": "regex: lookaround cannot be matched in linear time",
      "date": "secretGroup is 2, and the regex has fewer groups",
      "generic-api-key": "it has no regex: it changes one of gitleaks' own rules, whos",
      "lemon-user": "skipReport: what it finds is no secret by itself",
      "nectarine": "regex: unknown escape \\p",
      "pkcs12-file": "it looks at paths alone: a stream has none",
      "pomelo": "no text could be made that it finds: entropy or an allowlist",
      "watermelon": "the regex can match 40040 bytes behind its keyword; 16000 is",
    }
  `);
});

test('what comes along in part, or means a little else, is told', () => {
  const rest = team.notes.filter(({ level }) => level !== 'left-out');
  expect(
    rest.map((note) => `${note.rule} ${note.level}: ${note.message.slice(0, 60)}`),
  ).toMatchInlineSnapshot(`
    [
      "null changed: extend.useDefault: unleak's built-in detectors play the part",
      "null part: extend.disabledRules (generic-api-key): the ids are gitleaks",
      "null part: allowlist by paths: a stream has none",
      "melon-hex changed: its keywords need not stand in the match: it is found in a l",
      "lime-config part: its path: a stream has none. It counts and redacts nothing (",
      "grape-key part: commits of an allowlist: a stream has none",
      "kiwi-token part: allowlist that needs paths as well (AND): a stream has none",
      "kiwi-token part: allowlist regexes with regexTarget line: exceptions here loo",
      "peach part: allowlist that needs a regex and a stopword together (AND): ",
      "lemon-password part: required (lemon-user): it is found whether or not they stand",
      "olive changed: the whole match is redacted: which group holds the secret ch",
      "orchard-session changed: woken by '_session=', which stand in every match, whether or",
    ]
  `);
});

test('the file it writes is read back as the same detectors', async () => {
  const specs = team.specs.map(({ spec }) => spec);
  const path = join(folder, 'written.yaml');
  writeFileSync(path, detectorYaml('gitleaks', specs, ' made by a test'));
  const loaded = await loadDetectors({ builtin: false, select: [], files: [path] });
  const plain = (spec: DetectorSpec) => ({
    ...spec,
    except: spec.except.map((item) =>
      item.kind === 'pattern' ? { ...item, of: item.of ?? 'secret' } : item,
    ),
  });
  expect(loaded.specs.map(plain)).toEqual(specs.map(plain));
});

test('the file itself can be named, beside one of ours', async () => {
  const loaded = await loadDetectors({ builtin: false, select: ['-gitleaks.fig-token'], files: [TEAM] });
  expect(loaded.detectors.map(({ id }) => id)).toContain('gitleaks.quince');
  expect(loaded.detectors.map(({ id }) => id)).not.toContain('gitleaks.fig-token');
  expect(loaded.notes.map(({ message }) => message)).toEqual(team.notes.map(({ message }) => message));
  const lines = summarizeNotes(loaded.notes);
  expect(lines.map(({ level, code }) => [level, code])).toEqual([
    ['warn', 'RULES_LEFT_OUT'],
    ['warn', 'RULES_IN_PART'],
    ['info', 'RULES_CHANGED'],
  ]);
  expect(lines[0]!.message).toContain('bare-hex');
});

describe('meaning', () => {
  test('keywords that need not stand in the match: near and ahead of it in the same line, in either case', () => {
    const spec = specOf(team, 'melon-hex');
    expect(found(spec, 'MELON key {{[0-9a-f]:40}}')).toHaveLength(1);
    expect(found(spec, 'MELON {{[g-z]:250}} {{[0-9a-f]:40}}')).toHaveLength(1);
    expect(found(spec, 'MELON {{[g-z]:270}} {{[0-9a-f]:40}}')).toEqual([]);
    expect(found(spec, 'MELON\nkey {{[0-9a-f]:40}}')).toEqual([]);
    expect(found(spec, 'lemon key {{[0-9a-f]:40}}')).toEqual([]);
  });

  test('entropy, stop words in either case, regexes of the secret', () => {
    const spec = specOf(team, 'grape-key');
    expect(found(spec, 'grape_{{[a-z0-9]:30}}')).toHaveLength(1);
    expect(found(spec, 'grape_{{[a-z0-9]:10}}example{{[a-z0-9]:13}}')).toEqual([]);
    expect(found(spec, 'grape_sample{{[a-z0-9]:24}}')).toEqual([]);
    expect(found(spec, 'grape_{{[a-z0-9]:9}}teststand{{[a-z0-9]:12}}')).toEqual([]);
    expect(found(specOf(team, 'pear-secret'), 'pear=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab')).toEqual([]);
    expect(found(specOf(team, 'pear-secret'), 'my_pear_key {{[a-z0-9]:32}}')).toHaveLength(0);
    expect(found(specOf(team, 'pear-secret'), '"my_pear_key" := "{{[a-z0-9]:32}}"')).toHaveLength(1);
  });

  test('regexes of the match, and lists for some rules alone', () => {
    expect(found(specOf(team, 'kiwi-token'), 'kiwi_token={{[a-z0-9]:24}}')).toHaveLength(1);
    expect(found(specOf(team, 'kiwi-token'), 'kiwi-token={{[a-z0-9]:24}}')).toEqual([]);
    const session = specOf(team, 'orchard-session');
    expect(found(session, 'plum_session={{[0-9a-f]:32}}')).toHaveLength(1);
    expect(found(session, 'plum_session={{[a-f]:12}}00000000{{[a-f]:12}}')).toEqual([]);
    expect(found(specOf(team, 'quince'), 'quince-a-{{[a-f]:4}}00000000{{[a-f]:4}}')).toHaveLength(1);
  });

  test('the secret is the group, or the whole match', () => {
    expect(found(specOf(team, 'plum-login'), 'https://u:{{}}abcdefgh9@plum.example')).toEqual(['abcdefgh9']);
    expect(found(specOf(team, 'fig-token'), 'x figtok-{{[A-Z]:20}}')[0]).toMatch(/^figtok-[A-Z]{20}$/);
    expect(found(specOf(team, 'quince'), 'quince-b-{{[0-9a-f]:20}}')[0]).toMatch(/^[0-9a-f]{20}$/);
  });

  test('blocks cross lines, names and separators do not', () => {
    expect(
      found(
        specOf(team, 'orchard-pem'),
        '-----BEGIN ORCHARD KEY-----\n{{[a-z]:70}}\n-----END ORCHARD KEY-----',
      ),
    ).toHaveLength(1);
    expect(found(specOf(team, 'lime-config'), 'lime_password =\n"{{[a-z]:9}}"')).toEqual([]);
    expect(specOf(team, 'lime-config').mode).toBe('observe');
  });

  test('placeholders are no secrets', () => {
    expect(found(specOf(team, 'lemon-password'), 'lemon_pass=********')).toEqual([]);
    expect(found(specOf(team, 'lemon-password'), 'lemon_pass=[REDACTED:x]')).toEqual([]);
  });
});

describe('forms', () => {
  test('keys in any case, and single texts where gitleaks has lists', async () => {
    const carried = await read(
      `[[Rules]]\nID = "x"\nRegex = 'xy_([a-z]{9})-([a-z]{9})'\nSecretGroup = 2\nKeywords = "xy_"\n[Rules.AllowList]\nStopWords = "no"`,
    );
    expect(carried.problems).toEqual([]);
    expect(carried.specs[0]!.spec.pattern).toBe('xy_(?:[a-z]{9})-(?P<secret>[a-z]{9})');
    expect(carried.specs[0]!.spec.except.at(-1)).toMatchObject({ pattern: '(?is:.*?(?:no).*)' });
  });

  test('two rules of one id both run, and it is told', async () => {
    const carried = await read(rule("regex = 'ab_[a-z]{9}'") + rule("regex = 'cd_[a-z]{9}'"));
    expect(carried.specs.map(({ spec }) => spec.id)).toEqual(['gitleaks.x', 'gitleaks.x-2']);
    expect(notesOf(carried)).toEqual([expect.stringContaining('the id stands twice')]);
  });

  test('unknown keys are told with a guess', async () => {
    const carried = await read(
      rule("regex = 'ab_[a-z]{9}'\nkeyword = ['ab_']\n[rules.allowlist]\nregexs = ['a']"),
    );
    expect(notesOf(carried)).toEqual([
      'part: unknown key keyword; did you mean keywords?',
      'part: unknown key regexs; did you mean regexes?',
    ]);
  });

  test('a name in other letters, many stop words, an allowlist that cannot be read', async () => {
    const words = Array.from({ length: 250 }, (_, n) => `"word${n}"`).join(', ');
    const carried = await read(
      `[[rules]]\nid = "Ünï Key!"\nregex = 'ab_[a-z0-9]{9}'\n[[rules.allowlists]]\nstopwords = [${words}]\nregexes = ['a(?=b)']`,
    );
    const { spec } = carried.specs[0]!;
    expect(spec.id).toBe('gitleaks.n-key');
    expect(spec.except.filter(({ kind }) => kind === 'pattern')).toHaveLength(3);
    expect(found(spec, 'ab_xword249x')).toEqual([]);
    expect(notesOf(carried)).toEqual([expect.stringContaining('allowlist regex 1: lookaround')]);
  });
});

describe('extend', () => {
  test('path is read beside the file: rules come along, the upper one decides, ids can be switched off', async () => {
    writeFileSync(
      join(folder, 'base.toml'),
      `[allowlist]\nstopwords = ["nope"]\n${['low', 'mid', 'off'].map((id) => `[[rules]]\nid = "${id}"\ndescription = "from ${id}"\nregex = '${id}_([a-z0-9]{12})'\nentropy = 1\n`).join('')}`,
    );
    const carried = await read(
      `[extend]\npath = "base.toml"\ndisabledRules = ["off"]\n[[rules]]\nid = "mid"\nentropy = 2.5\n[[rules]]\nid = "own"\nregex = 'own_[a-z0-9]{12}'`,
      'upper.toml',
    );
    expect(carried.problems).toEqual([]);
    const specs = carried.specs.map(({ spec }) => spec);
    expect(specs.map(({ id, entropy }) => [id, entropy])).toEqual([
      ['gitleaks.low', 1],
      ['gitleaks.mid', 2.5],
      ['gitleaks.own', 0],
    ]);
    expect(specs[1]).toMatchObject({ title: 'from mid', pattern: 'mid_(?P<secret>[a-z0-9]{12})' });
    for (const spec of specs) expect(found(spec, `${spec.id.slice(9)}_nope{{[a-z]:8}}`)).toEqual([]);
  });

  test.each([
    ['absent.toml', 'absent.toml cannot be read beside this file (ENOENT)'],
    ['loop.toml', 'loop.toml leads back to itself'],
  ])('%s is a problem', async (path, message) => {
    const { problems } = await read(`[extend]\npath = "${path}"`, 'loop.toml');
    expect(problems.map((problem) => problem.message)).toEqual([`extend.path: ${message}`]);
  });
});

describe('one clear message says where and what', () => {
  test.each([
    ['no TOML', '[[rules]]\nid = x', 'own.toml:2:6', 'is not valid TOML here'],
    ['another file', 'a = 1', 'own.toml:1:1', 'is no gitleaks configuration: it has none of [[rules]]'],
    ['a number for a regex', rule('regex = 5'), 'own.toml:4:1', 'regex: Invalid input: expected string'],
    [
      'a word that is none',
      rule("regex='a_[a-z]'\n[[rules.allowlists]]\ncondition='XOR'"),
      'own.toml:1:1',
      'allowlists.condition: is OR or AND',
    ],
    ['rules that are none', 'rules = 5', 'own.toml:1:1', 'rules: Invalid input'],
  ])('%s', async (_name, content, place, message) => {
    const [problem] = (await read(content)).problems;
    expect(`${problem!.file}:${problem!.line}:${problem!.column}`).toBe(place);
    expect(problem!.message).toContain(message);
  });

  test('the loader tells them as it tells those of our own files', async () => {
    const path = join(folder, 'bad.toml');
    writeFileSync(path, '[[rules]]\nid = "x"\nregex = 5');
    const absent = join(folder, 'none.toml');
    await expect(loadDetectors({ builtin: false, select: [], files: [path, absent] })).rejects.toThrow(
      `${path}:3:1: x: regex: Invalid input: expected string, received number\n  ${absent}: cannot be read (ENOENT)`,
    );
  });
});
