import { trimBlanks } from '../engine/variants/trim.ts';

/** Key types of RFC 4253 and OpenSSH; each blob begins with its own length, whose base64 is `AAAA`. */
const MARKS = [
  'ssh-rsa',
  'ssh-dss',
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-sha2-nistp256@openssh.com',
].map((type) => Buffer.from(`${type} AAAA`));
/** How each of them ends. */
const MARK_END = Buffer.from(' AAAA');

/** Every line is a public key, as in `id_rsa.pub`, `authorized_keys` and `known_hosts`; comments may stand between. */
export function isSshPublicKeys(value: Uint8Array): boolean {
  const view = Buffer.from(value.buffer, value.byteOffset, value.length);
  let keys = 0;
  for (let start = 0; start < view.length; ) {
    const newline = view.indexOf(0x0a, start);
    const end = newline === -1 ? view.length : newline;
    const line = trimBlanks(view.subarray(start, end));
    start = end + 1;
    if (line.length === 0 || line[0] === 0x23) continue;
    const text = Buffer.from(line.buffer, line.byteOffset, line.length);
    const marked =
      text.includes(MARK_END) &&
      MARKS.some((mark) => {
        const at = text.indexOf(mark);
        return at === 0 || (at > 0 && text[at - 1] === 0x20);
      });
    if (!marked) return false;
    keys++;
  }
  return keys > 0;
}
