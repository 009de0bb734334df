import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BLOCK, TRIGGERS } from '../../../src/engine/kernel/kernel.ts';
import { Openers } from '../../../src/engine/views/openers.ts';
import { eachBlock } from '../../support/kernel-blocks.ts';

/** Openers of `bytes[from, to)`, told block by block as a scan tells them. */
function told(openers: Openers, bytes: Uint8Array, from: number, to: number): void {
  openers.clear(from);
  eachBlock(bytes, from, to, (kernel, count) => openers.append(kernel.openers, kernel.busy, count));
}

/** SAW_* bits of the bytes in `[from, to)`. */
function triggersIn(bytes: Uint8Array, from: number, to: number): number {
  return bytes.subarray(from, to).reduce((seen, byte) => seen | TRIGGERS[byte]!, 0);
}

/** Runs of clean bytes of any length between escapes of four kinds, alone and in rows. */
const piece = fc.oneof(
  fc.nat(200).map((size) => 'x'.repeat(size)),
  fc.constantFrom('\\', '\x1b', '%', '&', '%25%25', '&&&&&&&&&&&&&&&&&&&&&&&&&&&&', '\\%', ' '),
);
const text = fc.array(piece, { maxLength: 40 }).map((pieces) => Buffer.from(pieces.join(''), 'latin1'));
const trigger = fc.constantFrom([0x5c, 0x1b], [0x1b, 0x1b], [0x25, 0x25], [0x26, 0x26]);

test('the next and the last opener of a kind are found, in what the kernel saw and outside of it', () => {
  const openers = new Openers();
  const question = fc.tuple(fc.nat(), fc.nat(), trigger);
  fc.assert(
    fc.property(text, fc.nat(), fc.nat(), fc.array(question, { maxLength: 20 }), (bytes, a, b, questions) => {
      const within = (one: number, other: number): [number, number] => {
        const [low, high] = [one % (bytes.length + 1), other % (bytes.length + 1)];
        return [Math.min(low, high), Math.max(low, high)];
      };
      told(openers, bytes, ...within(a, b));
      for (const [one, other, [byte, second]] of questions) {
        const [from, to] = within(one, other);
        const places = [...bytes.keys()].filter(
          (at) => at >= from && at < to && (bytes[at] === byte || bytes[at] === second),
        );
        expect(openers.next(bytes, from, to, byte!, second!)).toBe(places[0] ?? to);
        const bits = triggersIn(Uint8Array.of(byte!, second!), 0, 2);
        expect(openers.last(bytes, from, to, bits)).toBe(places.at(-1) ?? -1);
      }
    }),
    { numRuns: 500 },
  );
});

test('a shorter haystack after a longer one, and one of several blocks, are told as they are', () => {
  const openers = new Openers();
  const long = Buffer.alloc(3 * BLOCK + 77, 'x');
  for (const at of [0, 31, 32, BLOCK - 1, BLOCK, 2 * BLOCK + 5, long.length - 1]) long[at] = 0x25;
  told(openers, long, 0, long.length);
  const found: number[] = [];
  for (let at = openers.next(long, 0, long.length, 0x25, 0x25); at < long.length; ) {
    found.push(at);
    at = openers.next(long, at + 1, long.length, 0x25, 0x25);
  }
  expect(found).toEqual([0, 31, 32, BLOCK - 1, BLOCK, 2 * BLOCK + 5, long.length - 1]);
  const short = Buffer.alloc(40, 'x');
  told(openers, short, 3, 40);
  expect(openers.next(short, 0, 40, 0x25, 0x25)).toBe(40);
});

test('what was kept of earlier scans answers for the bytes ahead of the next, moved to the front or not', () => {
  fc.assert(
    fc.property(
      text,
      fc.array(fc.tuple(fc.nat(400), fc.nat(400)), { maxLength: 8 }),
      trigger,
      (whole, steps, kind) => {
        const openers = new Openers();
        let bytes = Buffer.alloc(0);
        let [read, scanFrom] = [0, 0];
        for (const [size, back] of steps) {
          bytes = Buffer.concat([bytes, whole.subarray(read, read + size)]);
          read += size;
          told(openers, bytes, scanFrom, bytes.length);
          const seen = triggersIn(bytes, scanFrom, bytes.length);
          for (const from of [0, back % (scanFrom + 1)]) {
            const ahead = triggersIn(bytes, from, scanFrom);
            expect(openers.seenAhead(from) & ahead).toBe(ahead);
            if (from > 0) expect(openers.seenAhead(scanFrom)).toBe(0);
            const found = bytes.findIndex((byte, at) => at >= from && kind.some((one) => one === byte));
            expect(openers.next(bytes, from, bytes.length, kind[0]!, kind[1]!)).toBe(
              found === -1 ? bytes.length : found,
            );
          }
          scanFrom = Math.max(scanFrom, bytes.length - (back % 50));
          openers.keep(bytes, scanFrom, seen);
          const gone = back % (scanFrom + 1);
          openers.shift(gone);
          bytes = bytes.subarray(gone);
          scanFrom -= gone;
        }
        openers.forget();
        expect(openers.seenAhead(0)).toBe(0);
      },
    ),
    { numRuns: 500 },
  );
});
