import type { DocumentKind } from './document.ts';
import { textLines } from './text-lines.ts';

/** Openings of the hashes of Apache's htpasswd and of crypt(5). */
const HASHES = [
  '$apr1$',
  '$2y$',
  '$2a$',
  '$2b$',
  '$1$',
  '$5$',
  '$6$',
  '$y$',
  '$argon2',
  '{SHA}',
  '{SSHA}',
  '{PLAIN}',
].map((opening) => Buffer.from(opening));

/** `user:hash` lines. A hash is worth hiding: it can be attacked offline. */
export const htpasswd: DocumentKind = {
  name: 'htpasswd',
  read(document, parts) {
    for (const line of textLines(document)) {
      const colon = line.indexOf(0x3a);
      if (colon < 1 || line[0] === 0x23) continue;
      const next = line.indexOf(0x3a, colon + 1);
      const hash = line.subarray(colon + 1, next === -1 ? line.length : next);
      if (HASHES.some((opening) => opening.every((byte, i) => hash[i] === byte)))
        parts.add('htpasswd-hash', 'password', hash);
    }
    return false;
  },
};
