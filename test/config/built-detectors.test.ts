import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { readBuilt, writeBuilt } from '../../src/config/built-detectors.ts';
import { compileOurs } from '../../src/config/compile-own.ts';
import { runExamples } from '../../src/config/detector-examples.ts';
import { loadDetectors } from '../../src/config/detector-files.ts';
import { lazyDetector } from '../../src/config/lazy-detector.ts';
import { NO_RUNS } from '../../src/engine/detectors/detector.ts';
import { followersIn } from '../../src/engine/detectors/sift.ts';
import { planKeywords } from '../../src/engine/kernel/keyword-plan.ts';
import { chooseWindows } from '../../src/engine/kernel/keyword-windows.ts';
import { KeywordIndex } from '../../src/engine/keyword-index.ts';
import { KeptKeywords } from '../../src/pipeline/kept-keywords.ts';
import { specOf } from '../engine/detectors/spec-of.ts';

const folder = await mkdtemp(join(tmpdir(), 'unleak-built-'));
afterAll(() => rm(folder, { recursive: true }));
const file = pathToFileURL(join(folder, 'detectors.jsonl'));

const loaded = await loadDetectors({ builtin: true, select: ['all'], files: [] });
await writeBuilt(loaded, file);
const built = (await readBuilt(file))!;

test('the built form has every detector, in order, with what the files say of it', () => {
  expect(built.map(({ spec }) => spec)).toEqual(loaded.specs);
});

test('a detector that is compiled late wakes and looks as far as one compiled at once', () => {
  type Late = ReturnType<typeof lazyDetector>;
  const face = ({ id, confidence, observe, before, after, runs, multiline, keywords }: Late) => ({
    ...{ id, confidence, observe, before, after, runs, multiline },
    keywords: keywords.map(({ bytes, fold }) => ({ bytes: [...bytes], fold })),
  });
  expect(built.map((item) => face(lazyDetector(item.face, () => item.spec)))).toEqual(
    loaded.detectors.map((detector) => face(detector as Late)),
  );
});

test('the build compiles the exceptions too, what was built does when a match asks for them', () => {
  const spec = specOf({ except: [{ kind: 'pattern', pattern: '[a-' }] });
  expect(() => compileOurs(spec)).toThrow('x.y: except:');
  const { face } = built[0]!;
  expect(() => compileOurs(spec, face)).not.toThrow();
});

test('what may follow each keyword is what any pattern of its detectors says', () => {
  const wholly = loaded.detectors.map((detector) => {
    const sift = detector.sift()!;
    const keywords = detector.keywords.map((keyword) => ({
      ...keyword,
      followers: followersIn(sift, keyword),
    }));
    return { ...detector, keywords };
  });
  const followers = (index: KeywordIndex): (number[] | null)[] =>
    index.keywords.map(({ followers: set }) => (set ? [...set] : null));
  const lazy = built.map((item) => lazyDetector(item.face, () => item.spec));
  expect(followers(new KeywordIndex(lazy))).toEqual(followers(new KeywordIndex(wholly)));
  expect(followers(new KeywordIndex(lazy)).filter((set) => set !== null).length).toBeGreaterThan(1000);
});

test('a detector that is compiled late decides its own examples as one compiled at once', () => {
  for (const [index, { spec, face }] of built.entries()) {
    expect(
      runExamples(
        spec,
        lazyDetector(face, () => spec),
      ),
    ).toEqual(runExamples(loaded.specs[index]!, loaded.detectors[index]!));
  }
});

test('a problem with a built-in detector is told at its place in the YAML file', () => {
  const places = built.map(({ problem }) => problem(['id'], 'told'));
  expect(places.map(({ file: name, line }) => [name, line])).toEqual(
    loaded.places.map(({ file: name, line }) => [name, line]),
  );
  expect(places[0]).toMatchObject({ id: built[0]!.face.id, message: 'told' });
});

test('the windows of the built keywords are those that would be chosen', () => {
  const lazy = built.map(({ face: named, spec }) => lazyDetector(named, () => spec));
  const { keywords } = new KeywordIndex(lazy);
  expect([...chooseWindows(new KeywordIndex(loaded.detectors).keywords)]).toEqual(
    keywords.map(({ window }) => window),
  );
});

test('tables are made once for the same keywords, and other keywords get their own', () => {
  const kept = new KeptKeywords();
  const { keywords } = kept.index(loaded.detectors);
  expect(keywords).toEqual(new KeywordIndex(loaded.detectors).keywords);
  const first = kept.plan(keywords);
  expect(first).toEqual(planKeywords(keywords));
  expect(kept.plan(keywords)).toBe(first);
  const fewer = keywords.slice(1);
  expect(kept.plan(fewer)).toEqual(planKeywords(fewer));
  expect(kept.plan(keywords)).toEqual(first);
});

test('an index is kept while the detectors ask for the same keywords', () => {
  const kept = new KeptKeywords();
  const [first, ...rest] = loaded.detectors;
  const short = { ...first!, runs: NO_RUNS };
  const index = kept.index([short, ...rest]);
  expect(kept.index([{ ...short, id: 'made.anew' }, ...rest])).toBe(index);
  expect(kept.index(rest)).not.toBe(index);
  for (const other of [{ ...short, before: short.before + 1 }, { ...first! }]) {
    const before = kept.index([short, ...rest]);
    expect(kept.index([other, ...rest])).not.toBe(before);
  }
});

test('where nothing was built there is no built form', async () => {
  expect(await readBuilt(new URL('none.json', file))).toBeNull();
});
