import type { Detector } from '../../engine/detectors/detector.ts';
import type { DetectorSpec } from '../../engine/detectors/spec.ts';
import type { Node } from '../../engine/pattern/ast.ts';
import { type ExampleRow, runExample } from '../detector-examples.ts';
import { type SampleChoice, sampleOf } from './pattern-sample.ts';

type Examples = Pick<DetectorSpec, 'examples' | 'counterexamples'>;

/** Two of each, as the form asks for. */
const WANTED = 2;
const LENGTHS = [0, 12, 20, 32, 48, 96];
const ALTERNATIVES = [0, 1, 2, 3];

/** Log lines that a match may stand in, likely ones first; `quotes`: a match with quotes in it leaves them whole. */
const LINES: readonly { readonly line: (text: string) => string; readonly quotes: boolean }[] = [
  { line: (text) => `2024-06-03T08:12:44Z DEBUG start ${text}`, quotes: true },
  { line: (text) => `{"level":"info","msg":"${text}"}`, quotes: false },
  { line: (text) => `${text} (attempt 2)`, quotes: true },
  { line: (text) => text, quotes: true },
  { line: (text) => `env "${text}"`, quotes: false },
];

/**
 * Mints what gitleaks' form has no place for: texts that the detector finds, and others near to them that it
 * does not. Each was run. They show that window, keywords, entropy and exceptions fit the pattern, which is
 * what an import can get wrong; whether the pattern is what its author meant they cannot show.
 * @returns null when nothing could be found that the detector finds
 */
export function mintExamples(spec: DetectorSpec, detector: Detector, root: Node): Examples | null {
  const passes = (kind: ExampleRow['kind'], template: string, index: number): boolean =>
    runExample(detector, { kind, index, template }).passed;
  const examples: string[] = [];
  for (const text of candidates(root)) {
    if (examples.includes(text) || !passes('example', text, examples.length)) continue;
    examples.push(text);
    if (examples.length === WANTED) break;
  }
  if (examples.length < WANTED) return null;
  const counterexamples: { text: string; why: string }[] = [];
  for (const counter of counterCandidates(spec, root)) {
    if (counterexamples.some(({ text }) => text === counter.text)) continue;
    if (!passes('counterexample', counter.text, counterexamples.length)) continue;
    counterexamples.push(counter);
    if (counterexamples.length === WANTED) break;
  }
  return { examples, counterexamples };
}

/** Two shapes of the same choice before the next choice. */
function* candidates(root: Node): Generator<string> {
  for (const marked of [true, false]) {
    for (const full of [false, true]) {
      for (const alternative of ALTERNATIVES) {
        for (const length of LENGTHS) {
          const choice: SampleChoice = { alternative, length, full, marked, short: false };
          const text = sampleOf(root, choice);
          if (text.length > MAX_TEMPLATE) continue;
          for (const { line, quotes } of LINES) if (quotes || !/["\\]/.test(text)) yield line(text);
        }
      }
    }
  }
}

/** A longer template says nothing to a reader. */
const MAX_TEMPLATE = 4000;

function* counterCandidates(spec: DetectorSpec, root: Node): Generator<{ text: string; why: string }> {
  const keyword = spec.keywords[0]!;
  const joint = `${keyword[0]}{{}}${keyword.slice(1)}`.replaceAll(/(?<!\{)\{(?!\{)/g, '{{[{]:1}}');
  const choice: SampleChoice = { alternative: 0, length: 0, full: false, marked: false, short: true };
  const near = sampleOf(root, choice);
  if (near !== sampleOf(root, { ...choice, short: false })) yield { text: near, why: 'one character short' };
  const marked = sampleOf(root, { ...choice, marked: true, short: false });
  const stars = marked.replace(/\{\{<\}\}.*\{\{>\}\}/s, '********');
  if (stars !== '********') yield { text: stars, why: 'masked already' };
  yield { text: `the word ${joint} alone`, why: 'the keyword alone' };
  yield { text: `${joint}`, why: 'nothing behind the keyword' };
  yield { text: 'request served in 12 ms', why: 'nothing of it' };
  yield { text: 'connection closed', why: 'nothing of it' };
}
