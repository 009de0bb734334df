import { CRC_DIGITS, crc32, spellCrc, spellsCrc } from './base62-crc32.ts';
import type { Check } from './check.ts';

/** Length of the prefix, ghp_ and its like. */
const PREFIX = 4;

/** Source of the rule: https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/ */
export const GITHUB_CRC32: Check = {
  name: 'github-crc32',
  doc: 'the last six characters are the CRC-32 of the characters behind the prefix, in base62',
  verify(bytes, start, end) {
    if (end - start < PREFIX + CRC_DIGITS + 1) return false;
    return spellsCrc(bytes, end - CRC_DIGITS, crc32(bytes, start + PREFIX, end - CRC_DIGITS));
  },
  suffix: (body) => spellCrc(crc32(body, 0, body.length)),
};
