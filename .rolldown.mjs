import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

// Joins the program's files into few: each file costs a start up to a millisecond. What every run of the filter
// loads is one chunk, with what its thread for secrets needs in another; what only some commands need stays
// apart. The library (dist/index.js) and the types stay as the compiler made them.
const MAIN = ['cli/run.js'];
const WORKER = ['pipeline/compile-worker.js'];

/** The files that those at `roots` import, and so on, imports on demand left out. */
function reached(roots, found = new Set()) {
  for (const path of roots) {
    if (found.has(path)) continue;
    found.add(path);
    const text = readFileSync(path, 'utf8');
    const imports = [...text.matchAll(/^(?:import|export)\b[^;]*?from ['"](\.[^'"]+)['"];/gm)];
    reached(
      imports.map(([, to]) => join(dirname(path), to)),
      found,
    );
  }
  return found;
}

const inDist = (file) => join(import.meta.dirname, 'dist', file);
const needles = reached(WORKER.map(inDist));
for (const entry of [...WORKER, ...MAIN]) needles.delete(inDist(entry));
const everyRun = reached(MAIN.map(inDist));

export default {
  input: { main: 'dist/main.js', 'pipeline/compile-worker': 'dist/pipeline/compile-worker.js' },
  platform: 'node',
  logLevel: 'warn',
  // Packages stay apart, but for the two that every run loads.
  external: (id) => /^[^./]/.test(id) && !['commander', 'fastest-levenshtein'].includes(id),
  output: {
    dir: 'dist',
    comments: false,
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name]-[hash].js',
    codeSplitting: {
      groups: [
        { name: 'needles', priority: 2, test: (id) => needles.has(id) },
        { name: 'filter', priority: 1, test: (id) => everyRun.has(id) },
      ],
    },
  },
};
