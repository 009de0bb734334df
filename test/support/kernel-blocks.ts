import { BLOCK, type Kernel } from '../../src/engine/kernel/kernel.ts';
import { createReferenceKernel } from '../../src/engine/kernel/reference.ts';

/** A kernel that seeks nothing: what it tells of bytes is which open an escape, and which end a line. */
const kernel = createReferenceKernel({
  grams: new Uint32Array(1024),
  gramBits: 15,
  windows: new Uint32Array(128),
  windowBits: 12,
  keywords: [],
});

/** `bytes[from, to)` block by block, as a scan takes them. @param take gets the kernel behind each, and its bytes' count */
export function eachBlock(
  bytes: Uint8Array,
  from: number,
  to: number,
  take: (kernel: Kernel, count: number) => void,
): void {
  for (let at = from; at < to; at += BLOCK) {
    const stop = Math.min(at + BLOCK, to);
    kernel.scan(bytes, at, stop, to);
    take(kernel, stop - at);
  }
}
