import { replaceAll } from './replace.ts';
import { isBlank } from './trim.ts';
import type { Variant } from './variant.ts';

const CRLF = Buffer.from('\r\n');
const LF = Buffer.from('\n');
const SPACE = Buffer.from(' ');
const NOTHING = new Uint8Array(0);

/** A value of several lines with other line ends, or on one line. */
export const joined: Variant = {
  name: 'joined',
  doc: 'A value of several lines with its line ends written as `\\n`, `\\r\\n`, a space or nothing.',
  encode: (value) => {
    if (!value.includes(0x0a)) return [];
    const unix = replaceAll(value, CRLF, LF);
    return [
      unix,
      replaceAll(unix, LF, CRLF),
      replaceAll(unix, LF, SPACE),
      replaceAll(unix, LF, NOTHING),
      folded(value),
    ];
  },
};

/**
 * Every run of white space as one space: what the whitespace view (`views/whitespace.ts`) makes of the value
 * in any layout, so this is the needle that meets it there.
 */
function folded(value: Uint8Array): Uint8Array {
  let length = 0;
  for (let i = 0; i < value.length; i++) if (!isBlank(value[i]!) || !isBlank(value[i - 1] ?? 0)) length++;
  const out = new Uint8Array(length);
  let at = 0;
  for (let i = 0; i < value.length; i++) {
    if (!isBlank(value[i]!)) out[at++] = value[i]!;
    else if (!isBlank(value[i - 1] ?? 0)) out[at++] = 0x20;
  }
  return out;
}
