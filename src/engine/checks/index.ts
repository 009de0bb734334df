import type { Check } from './check.ts';
import { GITHUB_CRC32 } from './github-crc32.ts';
import { JWT_SHAPE } from './jwt-shape.ts';
import { LUHN } from './luhn.ts';
import { MIXED } from './mixed.ts';
import { NPM_CRC32 } from './npm-crc32.ts';

/** The register: the word in a detector file to its check. */
export const CHECKS: ReadonlyMap<string, Check> = new Map(
  [GITHUB_CRC32, JWT_SHAPE, LUHN, MIXED, NPM_CRC32].map((check) => [check.name, check]),
);
