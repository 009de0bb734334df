import type { Detector } from '../engine/detectors/detector.ts';
import { referenceScan } from '../engine/detectors/reference-scan.ts';
import type { DetectorSpec } from '../engine/detectors/spec.ts';
import { mint, TemplateError } from '../engine/detectors/template.ts';

/** What one example or counter-example gave. */
export interface ExampleRow {
  readonly id: string;
  readonly kind: 'example' | 'counterexample';
  /** Index in its list. */
  readonly index: number;
  readonly template: string;
  readonly passed: boolean;
  /** What was wrong, in words; empty when it passed. */
  readonly message: string;
}

/** Draws per template: a length or an alphabet that is a little wrong shows in one of them. */
const DRAWS = 4;

/** Mints a detector's examples and counter-examples and runs the detector, and no other, over them. */
export function runExamples(spec: DetectorSpec, detector: Detector): ExampleRow[] {
  const examples = spec.examples.map((template, index) =>
    runExample(detector, { kind: 'example', index, template }),
  );
  const counters = spec.counterexamples.map(({ text }, index) =>
    runExample(detector, { kind: 'counterexample', index, template: text }),
  );
  return [...examples, ...counters];
}

/** Runs the detector over one template: what it draws hangs on the detector's id and the place in the list. */
export function runExample(
  detector: Detector,
  example: Pick<ExampleRow, 'kind' | 'index' | 'template'>,
): ExampleRow {
  const { kind, index, template } = example;
  let message = '';
  for (let draw = 0; draw < DRAWS && message === ''; draw++) {
    const seed = `${detector.id}#${kind === 'example' ? '' : 'no'}${index}${draw === 0 ? '' : `.${draw}`}`;
    message = judge(kind, template, seed, detector);
  }
  return { id: detector.id, kind, index, template, passed: message === '', message };
}

function judge(kind: ExampleRow['kind'], template: string, seed: string, detector: Detector): string {
  try {
    const minted = mint(template, seed);
    const spans = referenceScan([detector], minted.bytes);
    if (kind === 'counterexample') {
      const span = spans[0];
      return span === undefined ? '' : `is found, bytes ${span.start} to ${span.end}, seed ${seed}`;
    }
    if (spans.length === 0) return `is not found, seed ${seed}`;
    const wanted = minted.secret;
    if (wanted === null) return '';
    if (spans.some((span) => span.start === wanted.start && span.end === wanted.end)) return '';
    const got = spans.map((span) => `${span.start} to ${span.end}`).join(', ');
    return `marks bytes ${wanted.start} to ${wanted.end} as the secret, but ${got} was found, seed ${seed}`;
  } catch (error) {
    if (error instanceof TemplateError) return `is no template: ${error.message}`;
    throw error;
  }
}
