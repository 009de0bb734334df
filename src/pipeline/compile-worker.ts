import { parentPort, workerData } from 'node:worker_threads';
import { compileNeedles } from '../engine/compile-needles.ts';
import type { CompileTask } from './compile-apart.ts';

// A thread of its own: values in, tables out, then it ends. `compile-apart.ts` starts it.
const { shared, sizes, near } = workerData as CompileTask;
// Not the shared memory itself: some of Node's functions refuse it.
const bytes = new Uint8Array(shared.byteLength);
bytes.set(new Uint8Array(shared));
let at = 0;
const values = Array.from(sizes, (size) => {
  at += size;
  return bytes.subarray(at - size, at);
});
const needles = compileNeedles(values, near);
bytes.fill(0);
const buffers = Object.values(needles.tables).flatMap((cells) =>
  typeof cells === 'number' ? [] : [(cells as Uint8Array<ArrayBuffer>).buffer],
);
parentPort!.postMessage(needles, buffers);
