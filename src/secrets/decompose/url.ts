import type { DocumentKind } from './document.ts';
import type { Parts } from './parts.ts';
import { isSecretName } from './secret-name.ts';
import { asBuffer, nameOf } from './text-lines.ts';

const MARK = Buffer.from('://');
const COLON = 0x3a;
const AT = 0x40;
const ORACLE = Buffer.from('jdbc:oracle:thin:');
/** A user alone, this long, is a token: `https://TOKEN@github.com`. */
const TOKEN_USER = 16;
/** Passwords that say that the user is the token (GitHub). */
const NO_PASSWORDS = ['', 'x-oauth-basic'].map((text) => Buffer.from(text));
/** Bytes that end a URL in text. */
const ENDS = new Uint8Array(256);
for (let byte = 0; byte <= 0x20; byte++) ENDS[byte] = 1;
for (const char of '"\'`<>') ENDS[char.charCodeAt(0)] = 1;
/** Bytes that end the authority (RFC 3986, section 3.2). */
const AUTHORITY_ENDS = new Set([0x2f, 0x3f, 0x23]);

/** URLs anywhere in the text: the password of the user-info, and query parameters with secret names, raw and percent-decoded. */
export const url: DocumentKind = {
  name: 'url',
  read(document, parts) {
    const text = asBuffer(document);
    for (let mark = text.indexOf(MARK); mark !== -1 && !parts.full; ) {
      const start = mark + MARK.length;
      let end = start;
      while (end < text.length && ENDS[text[end]!] === 0) end++;
      takeUserInfo(text.subarray(start, end), parts);
      takeParameters(text.subarray(start, end), parts);
      mark = text.indexOf(MARK, end);
    }
    takeOracle(text, parts);
    return false;
  },
};

function takeUserInfo(rest: Buffer, parts: Parts): void {
  let end = rest.findIndex((byte) => AUTHORITY_ENDS.has(byte));
  if (end === -1) end = rest.length;
  let at = rest.subarray(0, end).lastIndexOf(AT);
  // A raw `/`, `?` or `#` in the password: then what looks like the port is no number.
  if (at === -1 && !isHostAndPort(rest.subarray(0, end))) at = rest.lastIndexOf(AT);
  if (at === -1) return;
  const colon = rest.subarray(0, at).indexOf(COLON);
  const user = rest.subarray(0, colon === -1 ? at : colon);
  const password = colon === -1 ? null : rest.subarray(colon + 1, at);
  if (password !== null && !NO_PASSWORDS.some((none) => none.equals(password)))
    parts.percent('url-password', 'password', password);
  else if (user.length >= TOKEN_USER) parts.percent('url-token', 'token', user);
}

/** No colon, or only digits behind it; `[::1]:5432` too. */
function isHostAndPort(authority: Buffer): boolean {
  const colon = authority.lastIndexOf(COLON);
  return (
    colon === -1 ||
    authority[0] === 0x5b ||
    authority.subarray(colon + 1).every((byte) => byte >= 0x30 && byte <= 0x39)
  );
}

function takeParameters(rest: Buffer, parts: Parts): void {
  let start = rest.findIndex((byte) => byte === 0x3f || byte === 0x23);
  while (start !== -1 && start < rest.length) {
    start++;
    let end = start;
    while (end < rest.length && rest[end] !== 0x26 && rest[end] !== 0x23) end++;
    const equal = rest.subarray(start, end).indexOf(0x3d);
    if (equal !== -1) {
      const name = nameOf(rest.subarray(start, start + equal));
      if (isSecretName(name)) parts.percent(`url-${name}`, name, rest.subarray(start + equal + 1, end));
    }
    start = end;
  }
}

/** `jdbc:oracle:thin:user/password@host` has no `://` ahead of the user. */
function takeOracle(text: Buffer, parts: Parts): void {
  const start = text.indexOf(ORACLE);
  if (start === -1) return;
  const slash = text.indexOf(0x2f, start);
  const at = text.indexOf(AT, start);
  if (slash !== -1 && slash < at) parts.add('url-password', 'password', text.subarray(slash + 1, at));
}
