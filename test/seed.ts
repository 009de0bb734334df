import { configureGlobal } from 'fast-check';
import { SEED } from './campaigns/size.ts';

// Every property draws the same cases in every run, so that a build is red or green for what changed in it.
configureGlobal({ seed: SEED });
