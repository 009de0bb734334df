import { expect, test } from 'vitest';
import { compileDetector } from '../../../src/engine/detectors/compile-spec.ts';
import { referenceScan } from '../../../src/engine/detectors/reference-scan.ts';
import type { DetectorSpec } from '../../../src/engine/detectors/spec.ts';
import { specOf } from './spec-of.ts';

// Of a long secret entropy and `mixed` see the first 1,024 bytes: what stands there decides.

const LONG = { pattern: 'key=(?P<secret>[a-z0-9]{4,4000})', window: { before: 0, after: 4_010 } };

function finds(changes: Partial<DetectorSpec>, secret: string): boolean {
  return (
    referenceScan([compileDetector(specOf({ ...LONG, ...changes }))], Buffer.from(`key=${secret}`)).length > 0
  );
}

test.each([
  [1_023, true],
  [1_024, false],
])('a secret whose first digit stands behind %d letters: `mixed` is %s', (letters, found) => {
  expect(finds({ check: 'mixed', checkGates: true }, `${'a'.repeat(letters)}1bcd`)).toBe(found);
});

test('entropy is that of the first part, whatever follows', () => {
  const [flat, varied] = ['a'.repeat(1_024), 'abcdefgh'.repeat(128)];
  expect(finds({ entropy: 2.9 }, varied + flat + flat)).toBe(true);
  expect(finds({ entropy: 2.9 }, flat + varied + varied)).toBe(false);
});
