// Loaded into the program by --import: writes a heap snapshot when a file of the given name appears, and
// keeps one string of its own, so that the reader of the snapshot knows that strings are in it.
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { writeHeapSnapshot } from 'node:v8';

const { HEAPTEST_TRIGGER: trigger, HEAPTEST_SNAPSHOT: snapshot, HEAPTEST_CANARY: canary } = process.env;
globalThis.keptByTheTest = readFileSync(canary, 'utf8');
let done = false;
setInterval(() => {
  if (done || !existsSync(trigger)) return;
  done = true;
  writeHeapSnapshot(`${snapshot}.part`);
  renameSync(`${snapshot}.part`, snapshot);
}, 20).unref();
