import type { DetectorSpec } from '../../../src/engine/detectors/spec.ts';

/** A spec for tests: keyword `key`, found by `key=`, with what the test changes. */
export function specOf(changes: Partial<DetectorSpec> = {}): DetectorSpec {
  return {
    provider: 'x',
    id: 'x.y',
    title: 'test',
    references: [],
    confidence: 'high',
    kind: 'vendor',
    engine: 'ours',
    keywords: ['key'],
    fold: false,
    pattern: 'key=(?P<secret>[a-z]{1,40})',
    window: null,
    multiline: false,
    entropy: 0,
    check: null,
    checkGates: false,
    except: [],
    mode: 'redact',
    examples: ['key=abc', 'key=def'],
    counterexamples: [
      { text: 'key:abc', why: 'no operator' },
      { text: 'key', why: 'the name alone' },
    ],
    ...changes,
  };
}
