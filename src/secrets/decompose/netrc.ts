import { isBlank } from '../../engine/variants/trim.ts';
import type { DocumentKind } from './document.ts';
import { nameOf } from './text-lines.ts';

const OPENERS = new Set(['machine', 'default']);
const SECRETS = new Set(['password', 'passwd', 'account']);
const LONGEST_WORD = 16;

/** `.netrc` (ftp(1)): words apart by white space; what follows `password` or `account` is secret. */
export const netrc: DocumentKind = {
  name: 'netrc',
  read(document, parts) {
    let before = '';
    let first = true;
    for (let at = 0; at < document.length && !parts.full; ) {
      while (at < document.length && isBlank(document[at]!)) at++;
      let end = at;
      while (end < document.length && !isBlank(document[end]!)) end++;
      if (end === at) break;
      const word = document.subarray(at, end);
      at = end;
      if (first && word[0] === 0x23) {
        const newline = document.indexOf(0x0a, end);
        if (newline === -1) return false;
        at = newline + 1;
        continue;
      }
      if (SECRETS.has(before)) {
        parts.add('netrc-password', 'password', word);
        before = '';
        continue;
      }
      before = nameOf(word, LONGEST_WORD);
      if (first && !OPENERS.has(before)) return false;
      first = false;
    }
    return !first;
  },
};
