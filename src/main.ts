#!/usr/bin/env node
// Loaded late, so that the bundle puts all of it into chunks: from there relative places are as from src/cli.
const { runCommandLine } = await import('./cli/run.ts');

// Watches and timers may still stand; everything that had to be written is.
process.exit(await runCommandLine(process.argv.slice(2)));

export {};
