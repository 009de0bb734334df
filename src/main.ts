#!/usr/bin/env node
import { runCommandLine } from './cli/run.ts';

// Watches and timers may still stand; everything that had to be written is.
process.exit(await runCommandLine(process.argv.slice(2)));
