import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BLOCK } from '../../src/engine/kernel/kernel.ts';
import { LineEnds } from '../../src/engine/line-ends.ts';
import { countedBytes } from '../support/counted-bytes.ts';
import { eachBlock } from '../support/kernel-blocks.ts';

const LF = 10;
/** Line ends of `bytes[from, to)`, told block by block as a scan tells them. */
function tell(lines: LineEnds, bytes: Uint8Array, from: number, to: number): void {
  lines.clear(from);
  eachBlock(bytes, from, to, ({ lineEnds, lineCount }, count) => lines.append(lineEnds, lineCount, count));
}

const line = fc.nat(90).map((size) => 'x'.repeat(size));
const text = fc.array(line, { maxLength: 30 }).map((lines) => Buffer.from(lines.join('\n')));
const sorted = (one: number, other: number, size: number): [number, number] => {
  const [low, high] = [one % (size + 1), other % (size + 1)];
  return [Math.min(low, high), Math.max(low, high)];
};

test('the end of a line is found and lines are counted, in what the kernel saw and outside of it', () => {
  const lines = new LineEnds();
  const question = fc.tuple(fc.nat(), fc.nat());
  fc.assert(
    fc.property(text, fc.nat(), fc.nat(), fc.array(question, { maxLength: 20 }), (bytes, a, b, questions) => {
      tell(lines, bytes, ...sorted(a, b, bytes.length));
      for (const [one, other] of questions) {
        const [from, to] = sorted(one, other, bytes.length);
        const end = bytes.subarray(from, to).indexOf(LF);
        expect(lines.endAt(bytes, from, to)).toBe(end === -1 ? to : from + end);
        expect(lines.count(bytes, from, to)).toBe(
          bytes.subarray(from, to).filter((byte) => byte === LF).length,
        );
      }
    }),
    { numRuns: 2000 },
  );
});

test('blocks follow one another, and what an earlier text held is forgotten', () => {
  const lines = new LineEnds();
  const long = Buffer.alloc(3 * BLOCK + 100, 'x');
  for (const at of [5, BLOCK - 1, BLOCK, 2 * BLOCK + 31, long.length - 1]) long[at] = LF;
  tell(lines, long, 0, long.length);
  expect(lines.count(long, 0, long.length)).toBe(5);
  expect(lines.count(long, 6, long.length - 1)).toBe(3);
  expect(lines.endAt(long, BLOCK + 1, long.length)).toBe(2 * BLOCK + 31);
  const short = Buffer.from('one line\nand a half');
  tell(lines, short, 0, short.length);
  expect(lines.endAt(short, 0, short.length)).toBe(8);
  expect(lines.endAt(short, 9, short.length)).toBe(short.length);
  expect(lines.count(short, 0, short.length)).toBe(1);
});

test('a line that no kernel has seen is read once, however many places in it are asked about', () => {
  const { bytes, looked } = countedBytes(Buffer.alloc(50_000, 'x'));
  const lines = new LineEnds();
  for (let at = 0; at < 50_000; at += 10) lines.endAt(bytes, at, Math.min(50_000, at + 12_000));
  expect(looked.count).toBeLessThan(60_000);
});
