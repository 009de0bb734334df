import type { DocumentKind } from './document.ts';
import { nameOf, textLines } from './text-lines.ts';

const SLASHES = [0x2f, 0x2f];
const COLON = 0x3a;
const EQUAL = 0x3d;

/**
 * Registry lines of `.npmrc` (docs.npmjs.com, `npmrc`): `//registry/:_authToken=…`, `:_auth=` (base64 of
 * user:password), `:_password=` (base64). Lines without a registry are `env-file`'s.
 */
export const npmrc: DocumentKind = {
  name: 'npmrc',
  read(document, parts) {
    for (const line of textLines(document)) {
      if (line[0] !== SLASHES[0] || line[1] !== SLASHES[1]) continue;
      const equal = line.indexOf(EQUAL);
      const colon = line.lastIndexOf(COLON, equal);
      if (equal === -1 || colon === -1) continue;
      parts.named('npmrc', nameOf(line.subarray(colon + 1, equal)), line.subarray(equal + 1));
    }
    return false;
  },
};
