import { fileURLToPath } from 'node:url';

/** Compiled to node_modules/.cache/unleak-bench/bench: the project stands four floors up. */
export const PROJECT = fileURLToPath(new URL('../../../../', import.meta.url));
