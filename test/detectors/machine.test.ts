import { describe, expect, test } from 'vitest';
import { loadDetectors, selects } from '../../src/config/detector-files.ts';
import { compileDetector } from '../../src/engine/detectors/compile-spec.ts';
import { type Detector, FOUND, NONE, UNDECIDED, type Verdict } from '../../src/engine/detectors/detector.ts';
import { openWindow } from '../../src/engine/detectors/reference-scan.ts';
import type { DetectorSpec } from '../../src/engine/detectors/spec.ts';
import { mint } from '../../src/engine/detectors/template.ts';
import type { Node } from '../../src/engine/pattern/ast.ts';
import { members } from '../../src/engine/pattern/byte-set.ts';
import { compilePattern } from '../../src/engine/pattern/compile.ts';
import { parsePattern } from '../../src/engine/pattern/parse.ts';
import { FAILED, newSearch, runPattern } from '../../src/engine/pattern/vm.ts';
import { Re2Oracle } from '../engine/pattern/re2-oracle.ts';

const { specs } = await loadDetectors({ builtin: true, select: [], files: [] });
const chosen = specs.filter((spec) => selects(process.env.DETECTORS?.split(',') ?? [], spec));

/** A detector's own texts, and spoilt copies: cut, one byte changed, doubled, wrapped. */
function textsOf(spec: DetectorSpec): Buffer[] {
  const minted = [...spec.examples.slice(0, 3), spec.counterexamples[0]!.text].map((template, index) => {
    return Buffer.from(mint(template, `${spec.id}#m${index}`).bytes);
  });
  return minted.flatMap((text) => {
    const half = text.subarray(0, Math.ceil(text.length * 0.6));
    const changed = Buffer.from(text);
    changed[Math.floor(text.length * 0.7)] = 0x22;
    return [
      text,
      half,
      changed,
      Buffer.concat([text, text]),
      Buffer.concat([Buffer.from('{"a": "x_'), text, Buffer.from('\\"}\n')]),
    ];
  });
}

describe.each(chosen.map((spec) => [spec.id, spec] as const))('%s', (_id, spec) => {
  test('says what RE2 says', () => {
    // RE2 stops at 1,000 repetitions and its WASM heap far earlier: the same smaller bounds for both.
    const source = spec.pattern.replace(/\d+(?=,?\d*\})/g, (bound) => String(Math.min(12, Number(bound))));
    const program = compilePattern(parsePattern(source).root);
    const groups = [...source.matchAll(/\(\?P<(secret\d?)>/g)].map((match) => match[1]!);
    const oracles = groups.map((group) => new Re2Oracle(source, group));
    for (const bytes of textsOf(spec)) {
      const search = newSearch();
      search.to = bytes.length;
      search.startHigh = bytes.length;
      const outcome = runPattern(program, bytes, search);
      const places = oracles.map((oracle) => oracle.find(bytes.toString('latin1')));
      if (outcome === FAILED) {
        expect(places[0]).toBeNull();
        continue;
      }
      const wanted = places.find((place) => place !== null && place.secretStart >= 0) ?? places[0];
      const { start, end, secretStart, secretEnd } = search;
      expect({ start, end, secretStart, secretEnd }).toEqual(wanted);
    }
    for (const oracle of oracles) oracle.free();
  });

  test('says the same at every cut, or that it is open', () => {
    const detector = compileDetector(spec);
    for (const bytes of textsOf(spec))
      for (const keyword of keywordsIn(detector, bytes)) everyCut(detector, bytes, keyword);
  });

  test('stays linear on input made of its own keyword and classes', () => {
    const program = compilePattern(parsePattern(spec.pattern).root);
    for (const text of [...hostileTexts(spec), ...textsOfClasses(parsePattern(spec.pattern).root)]) {
      const steps = [2000, 4000, 8000].map((size) => {
        const bytes = Buffer.concat([
          Buffer.from(spec.keywords[0]!),
          Buffer.from(text.repeat(Math.ceil(size / text.length))),
        ]).subarray(0, size);
        const search = newSearch();
        search.to = bytes.length;
        search.startHigh = bytes.length;
        runPattern(program, bytes, search);
        return search.steps;
      });
      // A bounded pattern may still be growing toward its own bound at the first size.
      expect(steps[2]! / (steps[1]! + 2000)).toBeLessThan(2.5);
    }
  });
});

/** Runs of what the pattern itself repeats: its classes in turn, and all of it up to where it could end. */
function textsOfClasses(root: Node): string[] {
  const classes = new Set<string>();
  const sample = (node: Node): string => {
    switch (node.kind) {
      case 'set': {
        const some = members(node.set).filter((byte) => byte !== 10);
        const byte = some.find((value) => /[a-z0-9]/.test(String.fromCharCode(value))) ?? some[0] ?? 10;
        classes.add(String.fromCharCode(byte));
        return String.fromCharCode(byte);
      }
      case 'concat':
        return node.items.map(sample).join('');
      case 'alternate':
        return node.items.map(sample)[0]!;
      case 'repeat':
        return sample(node.item).repeat(Math.min(node.max, Math.max(node.min, 3)));
      case 'secret':
        return sample(node.item);
      default:
        return '';
    }
  };
  const whole = sample(root);
  return [whole.slice(0, -1), [...classes].slice(0, 24).join('')].filter((text) => text !== '');
}

function keywordsIn(detector: Detector, bytes: Buffer): { start: number; end: number }[] {
  const folded = Buffer.from(
    bytes.toString('latin1').replace(/[A-Z]/g, (char) => char.toLowerCase()),
    'latin1',
  );
  return detector.keywords.flatMap((keyword) => {
    const at = (keyword.fold ? folded : bytes).indexOf(keyword.bytes);
    return at < 0 ? [] : [{ start: at, end: at + keyword.bytes.length }];
  });
}

function everyCut(detector: Detector, bytes: Buffer, keyword: { start: number; end: number }): void {
  const whole = openWindow(detector, bytes, keyword.start, keyword.end);
  const final: Verdict = { start: -1, end: -1, holdFrom: 0, readTo: 0 };
  const outcome = detector.verify(bytes, whole, final);
  const verdict: Verdict = { start: -1, end: -1, holdFrom: 0, readTo: 0 };
  const step = Math.max(1, Math.floor((whole.to - keyword.end) / 200));
  for (let cut = keyword.end; cut < whole.to; cut += step) {
    const early = detector.verify(bytes.subarray(0, cut), { ...whole, to: cut, more: true }, verdict);
    if (early === UNDECIDED) {
      expect(verdict.holdFrom).toBeLessThanOrEqual(cut);
      if (outcome === FOUND) expect(verdict.holdFrom).toBeLessThanOrEqual(final.start);
      continue;
    }
    expect(early).toBe(outcome);
    if (early !== NONE) expect([verdict.start, verdict.end]).toEqual([final.start, final.end]);
  }
}

/** Bytes that the pattern's own parts like, again and again. */
function hostileTexts(spec: DetectorSpec): string[] {
  const keyword = spec.keywords[0]!;
  const example = Buffer.from(mint(spec.examples[0]!, `${spec.id}#h`).bytes).toString('latin1');
  return [
    'a',
    'A',
    '0',
    '=',
    ' ',
    '\\',
    '"',
    '/',
    '\n',
    '-----',
    'a ',
    '\\n',
    'ab: ',
    keyword,
    `${keyword}=`,
    `${keyword}: "`,
    `${keyword}@`,
    example,
  ];
}
